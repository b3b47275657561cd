-- What an endpoint was told, and telling it again.

-- One more than a page. Planned for the values it is given: what is not asked for stands in no condition.
create function private.deliveries_page(p_endpoint_id uuid, p_status text, p_limit integer, p_cursor text)
returns setof orgline.event_deliveries language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return query
  select d.* from orgline.event_deliveries d
  where d.endpoint_id = p_endpoint_id
    and (p_status is null or d.status = p_status)
    and (p_cursor is null or (d.created_at, d.id) < (v_after, v_after_id))
  order by d.created_at desc, d.id desc
  limit p_limit + 1;
end
$$;

-- The newest first.
create function public.list_event_deliveries(
  p_actor public.orgline_actor, p_organization_id uuid, p_endpoint_id uuid, p_status text, p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.managed_endpoint(p_actor, p_organization_id, p_endpoint_id);
  return (
    select private.page(coalesce(jsonb_agg(private.delivery_view(d) order by d.created_at desc, d.id desc), '[]'), p_limit)
    from private.deliveries_page(p_endpoint_id, p_status, p_limit, p_cursor) d);
end
$$;

-- Tells one again, whatever came of it before, with the times of a new one.
create function public.replay_event_delivery(
  p_actor public.orgline_actor, p_organization_id uuid, p_endpoint_id uuid, p_delivery_id uuid
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_delivery orgline.event_deliveries;
begin
  perform private.require_active(private.lock_endpoint(p_actor, p_organization_id, p_endpoint_id));
  update orgline.event_deliveries d set status = 'pending', due_at = clock_timestamp(), is_due = true, attempts = 0,
    updated_at = clock_timestamp()
  where d.id = p_delivery_id and d.endpoint_id = p_endpoint_id returning * into v_delivery;
  if not found then
    raise exception 'event_delivery_unknown' using errcode = 'OL132', detail = jsonb_build_object('delivery_id', p_delivery_id);
  end if;
  perform private.audit(p_actor, 'replay_event_delivery', p_organization_id, p_delivery_id::text);
  return private.delivery_view(v_delivery);
end
$$;

-- Tells everything again that was made for an endpoint since a moment, the oldest first; ten thousand at once. next_since:
-- from when on there is more; null: that was all.
create function public.replay_event_deliveries(
  p_actor public.orgline_actor, p_organization_id uuid, p_endpoint_id uuid, p_since timestamptz
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  c_most constant integer := 10000;
  v_ids uuid[];
  v_next timestamptz;
begin
  perform private.require_active(private.lock_endpoint(p_actor, p_organization_id, p_endpoint_id));
  select array_agg(s.id order by s.created_at, s.id) into v_ids from (
    select d.id, d.created_at from orgline.event_deliveries d
    where d.endpoint_id = p_endpoint_id and d.created_at >= p_since order by d.created_at, d.id limit c_most + 1) s;
  if cardinality(v_ids) > c_most then
    select d.created_at into v_next from orgline.event_deliveries d where d.id = v_ids[c_most + 1];
  end if;
  v_ids := coalesce(v_ids[:c_most], '{}');
  update orgline.event_deliveries d set status = 'pending', due_at = clock_timestamp(), is_due = true, attempts = 0,
    updated_at = clock_timestamp()
  where d.id = any (v_ids);
  perform private.audit(p_actor, 'replay_event_deliveries', p_organization_id, p_endpoint_id::text, jsonb_build_object(
    'count', cardinality(v_ids)));
  return jsonb_build_object('count', cardinality(v_ids), 'next_since', v_next);
end
$$;
