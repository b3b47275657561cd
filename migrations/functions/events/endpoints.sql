-- Entering, changing and removing endpoints: those of an organization, and those of the operators, which are of none.

-- p_events null: all types. Twenty for an organization, and twenty for the operators; forty with those that are removed
-- and not gone yet, over which everybody steps who tells of something.
create function public.create_webhook_endpoint(
  p_actor public.orgline_actor, p_organization_id uuid, p_id uuid, p_url text, p_events text[], p_description text,
  p_secret text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint orgline.webhook_endpoints;
begin
  perform private.lock_endpoints(p_actor, p_organization_id);
  select e.* into v_endpoint from private.all_endpoints_of(p_organization_id) e where e.id = p_id;
  if found then
    perform private.refuse_removed(p_id, v_endpoint.status = 'deleted');
    return private.versioned_endpoint(v_endpoint) || '{"is_new": false}';
  end if;
  perform private.require_room('webhook_endpoints', 20, (select count(*) from private.endpoints_of(p_organization_id)));
  if (select count(*) from private.all_endpoints_of(p_organization_id)) >= 40 then
    raise exception 'endpoints_removed_too_often' using errcode = 'OL096';
  end if;
  insert into orgline.webhook_endpoints (id, organization_id, url, events, description, secret, created_by, url_by)
  values (p_id, p_organization_id, p_url, p_events, p_description, p_secret, private.id_of(p_actor), private.id_as(p_actor, 'user'))
  returning * into v_endpoint;
  perform private.audit(p_actor, 'create_webhook_endpoint', p_organization_id, v_endpoint.id::text);
  return private.versioned_endpoint(v_endpoint) || '{"is_new": true}';
end
$$;

-- The newest first.
create function public.list_webhook_endpoints(
  p_actor public.orgline_actor, p_organization_id uuid, p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  perform private.require_endpoints(p_actor, p_organization_id);
  return (
    with page as (
      select e from private.endpoints_of(p_organization_id) e
      where (e.created_at, e.id) < (v_after, v_after_id)
      order by e.created_at desc, e.id desc
      limit p_limit + 1
    )
    select private.page(coalesce(
      jsonb_agg(private.endpoint_view(page.e) order by (page.e).created_at desc, (page.e).id desc), '[]'), p_limit)
    from page);
end
$$;

-- One endpoint.
create function public.get_webhook_endpoint(p_actor public.orgline_actor, p_organization_id uuid, p_endpoint_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.versioned_endpoint(private.managed_endpoint(p_actor, p_organization_id, p_endpoint_id))
$$;

-- p_changes: url, events (null: all), description (null: none) and status, as far as they change. Paused, it is told
-- nothing, and nothing is lost: once it is active again it is told all that is kept. Whoever resumes it, as whoever
-- enters its address, answers for that address from then on. p_versions: see refuse_stale.
create function public.change_webhook_endpoint(
  p_actor public.orgline_actor, p_organization_id uuid, p_endpoint_id uuid, p_changes jsonb, p_versions text[] default null
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_before orgline.webhook_endpoints;
  v_after orgline.webhook_endpoints;
  v_changed jsonb;
begin
  -- Where it leads, and that it is told, ends with the right of whoever says so.
  perform private.lock_endpoints(p_actor, p_organization_id);
  v_before := private.lock_endpoint(p_actor, p_organization_id, p_endpoint_id);
  v_changed := private.names_changed(private.endpoint_view(v_before), p_changes);
  perform private.refuse_stale(p_versions, private.written_endpoint(v_before));
  update orgline.webhook_endpoints e set
    url = coalesce(p_changes ->> 'url', e.url),
    url_by = case when p_changes ->> 'url' <> e.url or e.status = 'paused' and p_changes ->> 'status' = 'active'
      then private.id_as(p_actor, 'user') else e.url_by end,
    events = case when p_changes ? 'events' then private.texts_of(p_changes -> 'events') else e.events end,
    description = case when p_changes ? 'description' then p_changes ->> 'description' else e.description end,
    status = coalesce(p_changes ->> 'status', e.status),
    is_switched = e.is_switched or coalesce(p_changes ->> 'status', e.status) <> e.status,
    paused_reason = case coalesce(p_changes ->> 'status', e.status) when 'paused' then coalesce(e.paused_reason, 'requested') end,
    -- What is told anew, or elsewhere, has not failed yet.
    failing_since = case when v_before.status = 'paused' and p_changes ->> 'status' = 'active' then null
      when p_changes ->> 'url' <> e.url then null else e.failing_since end,
    updated_at = case when v_changed = '[]' then e.updated_at else now() end
  where e.id = v_before.id returning * into v_after;
  if v_after.status = 'active' then
    perform private.resolve_notifications(array['webhook_endpoint_paused'], v_after.id::text, 'system');
  end if;
  perform private.audit_changed(p_actor, 'change_webhook_endpoint', p_organization_id, v_after.id::text, v_changed,
    p_takes_away => v_after.status = 'paused' and v_before.status <> 'paused');
  return private.versioned_endpoint(v_after);
end
$$;

-- The texts of an array; null where there is none, or nothing in it.
create function private.texts_of(p_array jsonb) returns text[]
language sql immutable set search_path = '' as $$
  select array_agg(t.word) from jsonb_array_elements_text(nullif(p_array, 'null')) t(word)
$$;

-- Nobody sees it any more, and its secrets are gone at once; its deliveries are many, and go with forget_endpoints.
-- p_versions: see refuse_stale.
create function public.delete_webhook_endpoint(
  p_actor public.orgline_actor, p_organization_id uuid, p_endpoint_id uuid, p_versions text[] default null
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint orgline.webhook_endpoints := private.lock_endpoint(p_actor, p_organization_id, p_endpoint_id);
begin
  perform private.refuse_stale(p_versions, private.written_endpoint(v_endpoint));
  update orgline.webhook_endpoints
  set status = 'deleted', is_switched = true, paused_reason = null, secret = '', previous_secrets = '{}',
    previous_secrets_until = null, updated_at = now()
  where id = v_endpoint.id;
  perform private.resolve_notifications(array['webhook_endpoint_paused'], v_endpoint.id::text, 'system');
  perform private.audit(p_actor, 'delete_webhook_endpoint', p_organization_id, v_endpoint.id::text, p_takes_away => true);
  return jsonb_build_object('deleted', true);
end
$$;

-- For a day it is signed with the secret of before, too, and with the last two that still were then. is_new is false for
-- the repeat of the request that made its secret. p_versions: see refuse_stale.
create function public.rotate_webhook_secret(
  p_actor public.orgline_actor, p_organization_id uuid, p_endpoint_id uuid, p_id uuid, p_secret text, p_versions text[] default null
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint orgline.webhook_endpoints := private.lock_endpoint(p_actor, p_organization_id, p_endpoint_id);
  -- Once a day it takes one away that may be in wrong hands; more often it is a change like any other.
  v_is_first boolean := private.previous_secrets(v_endpoint) = '{}';
begin
  if v_endpoint.rotation_id = p_id then
    return private.versioned_endpoint(v_endpoint) || '{"is_new": false}';
  end if;
  perform private.refuse_stale(p_versions, private.written_endpoint(v_endpoint));
  update orgline.webhook_endpoints e set
    previous_secrets = (e.secret || private.previous_secrets(e))[:3], previous_secrets_until = now() + interval '1 day',
    secret = p_secret, rotation_id = p_id, updated_at = now()
  where e.id = v_endpoint.id returning * into v_endpoint;
  perform private.audit(p_actor, 'rotate_webhook_secret', p_organization_id, v_endpoint.id::text, p_takes_away => v_is_first);
  return private.versioned_endpoint(v_endpoint) || '{"is_new": true}';
end
$$;

-- Tells one endpoint that it is told: whatever else it listens to. The caller chooses the event's id, so that a repeat
-- finds what it sent.
create function public.test_webhook_endpoint(
  p_actor public.orgline_actor, p_organization_id uuid, p_endpoint_id uuid, p_id uuid
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint orgline.webhook_endpoints := private.lock_endpoint(p_actor, p_organization_id, p_endpoint_id);
  v_delivery orgline.event_deliveries;
begin
  if exists (select from orgline.events v where v.id = p_id) then
    select d.* into v_delivery from orgline.event_deliveries d where d.event_id = p_id and d.endpoint_id = p_endpoint_id;
    return private.delivery_view(v_delivery);
  end if;
  perform private.require_active(v_endpoint);
  insert into orgline.events (id, organization_id, type, facts)
  values (p_id, p_organization_id, 'endpoint.test', jsonb_build_object('endpoint_id', p_endpoint_id));
  insert into orgline.event_deliveries (organization_id, endpoint_id, event_id, due_at, is_due)
  values (p_organization_id, p_endpoint_id, p_id, clock_timestamp(), true) returning * into v_delivery;
  perform private.audit(p_actor, 'test_webhook_endpoint', p_organization_id, p_endpoint_id::text);
  return private.delivery_view(v_delivery);
end
$$;
