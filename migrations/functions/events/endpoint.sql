-- An endpoint: how it is shown, who may manage it, and what is told to it.

create function private.endpoint_view(e orgline.webhook_endpoints) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', e.id, 'organization_id', e.organization_id, 'url', e.url, 'events', to_jsonb(e.events), 'description', e.description,
    'status', e.status, 'paused_reason', e.paused_reason, 'failing_since', e.failing_since,
    'rotation_ends_at', case when e.previous_secrets_until > now() then e.previous_secrets_until end,
    'created_by', e.created_by, 'created_at', e.created_at, 'updated_at', e.updated_at);
end
$$;

-- With its version, which what becomes of deliveries does not change.
create function private.versioned_endpoint(e orgline.webhook_endpoints) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.endpoint_view(e) || jsonb_build_object('version', private.version_of(private.written_endpoint(e)));
end
$$;

-- What somebody has entered of it, or decided.
create function private.written_endpoint(e orgline.webhook_endpoints) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.endpoint_view(e) - array['failing_since', 'rotation_ends_at'];
end
$$;

-- Where its address leads: a name or an address, with the port where there is one.
create function private.host_of(p_url text) returns text
language sql immutable as $$
  select (regexp_match(p_url, '^https?://([^/?#]+)'))[1]
$$;

create function private.previous_secrets(e orgline.webhook_endpoints) returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return case when e.previous_secrets_until > now() then e.previous_secrets else '{}' end;
end
$$;

-- Lets in who may manage the endpoints of an organization; those of the operators (null), operators alone.
create function private.require_endpoints(p_actor public.orgline_actor, p_organization_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_organization_id is null then
    perform private.require_operator(p_actor);
  else
    perform private.administered_organization(p_actor, p_organization_id);
  end if;
end
$$;

-- Whoever makes one has counted all. Nobody else's request comes as far as the lock; and the right may have ended
-- while it was waited for.
create function private.lock_endpoints(p_actor public.orgline_actor, p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.require_endpoints(p_actor, p_organization_id);
  if p_organization_id is null then
    perform from orgline.deployment d for no key update;
  else
    perform private.lock_organization(p_organization_id);
    perform private.require_endpoints(p_actor, p_organization_id);
  end if;
end
$$;

-- With those that are deleted, and not gone yet.
create function private.all_endpoints_of(p_organization_id uuid) returns setof orgline.webhook_endpoints
language plpgsql stable set search_path = '' as $$
begin
  if p_organization_id is null then
    return query select e.* from orgline.webhook_endpoints e where e.organization_id is null;
  else
    return query select e.* from orgline.webhook_endpoints e where e.organization_id = p_organization_id;
  end if;
end
$$;

create function private.endpoints_of(p_organization_id uuid) returns setof orgline.webhook_endpoints
language sql stable set search_path = '' as $$
  select e.* from private.all_endpoints_of(p_organization_id) e where e.status <> 'deleted'
$$;

-- The endpoints of an organization for whose address a user answers: paused ones too, which anybody may resume.
create function private.endpoints_entered_by(p_organization_id uuid, p_member_user_id uuid) returns setof orgline.webhook_endpoints
language sql stable set search_path = '' as $$
  select e.* from orgline.webhook_endpoints e
  where e.organization_id = p_organization_id and e.url_by = p_member_user_id and e.status <> 'deleted'
$$;

-- The endpoint behind an id, for whoever may manage it.
create function private.managed_endpoint(p_actor public.orgline_actor, p_organization_id uuid, p_endpoint_id uuid)
returns orgline.webhook_endpoints language plpgsql stable set search_path = '' as $$
declare
  v_endpoint orgline.webhook_endpoints;
begin
  perform private.require_endpoints(p_actor, p_organization_id);
  select * into v_endpoint from orgline.webhook_endpoints e
  where e.id = p_endpoint_id and e.organization_id is not distinct from p_organization_id and e.status <> 'deleted';
  if not found then
    raise exception 'webhook_endpoint_unknown' using errcode = 'OL130', detail = jsonb_build_object('endpoint_id', p_endpoint_id);
  end if;
  return v_endpoint;
end
$$;

-- The same, locked against other changes of it; whoever may not manage it does not come as far as the lock.
create function private.lock_endpoint(p_actor public.orgline_actor, p_organization_id uuid, p_endpoint_id uuid)
returns orgline.webhook_endpoints language plpgsql set search_path = '' as $$
begin
  perform private.require_endpoints(p_actor, p_organization_id);
  perform from orgline.webhook_endpoints e
  where e.id = p_endpoint_id and e.organization_id is not distinct from p_organization_id for no key update;
  return private.managed_endpoint(p_actor, p_organization_id, p_endpoint_id);
end
$$;

create function private.require_active(e orgline.webhook_endpoints) returns void
language plpgsql stable set search_path = '' as $$
begin
  if e.status <> 'active' then
    raise exception 'webhook_endpoint_is_paused' using errcode = 'OL131', detail = jsonb_build_object('endpoint_id', e.id);
  end if;
end
$$;

create function private.delivery_view(d orgline.event_deliveries) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', d.id, 'event_id', d.event_id, 'type', e.type, 'organization_id', e.organization_id, 'late', e.is_late,
    'status', d.status, 'attempts', d.attempts, 'next_attempt_at', d.due_at, 'status_code', d.status_code, 'answer', d.answer,
    'error', d.error, 'created_at', d.created_at, 'updated_at', d.updated_at)
  from orgline.events e where e.id = d.event_id
$$;
