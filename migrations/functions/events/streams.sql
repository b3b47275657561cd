-- Streams of events: in the order of their transactions, and up to what is surely committed. Something with a smaller
-- number may be committed later, but nothing below pg_snapshot_xmin(pg_current_snapshot()).

-- Which database this is, and which of its lives: one that was restored gives its numbers again.
create function private.database_life() returns text
language sql stable set search_path = '' as $$
  select s.system_identifier || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) from pg_control_system() s
$$;

-- The events after a place, as far as they are surely committed: of these organizations, without what is told to operators
-- alone, in one order. A test of an endpoint is nothing that has happened. Planned for no value in particular, which finds
-- them by the tenant's index, also where statistics know nothing of the last hours.
create function private.events_after(p_organization_ids uuid[], p_xid xid8, p_position bigint, p_below xid8, p_limit integer)
returns setof orgline.events language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query
  select e.* from unnest(p_organization_ids) o(id)
  cross join lateral (
    select n.* from orgline.events n
    where n.organization_id = o.id and (n.xid, n.position) > (p_xid, p_position) and n.xid < p_below
      and n.type <> 'endpoint.test' and n.type not like 'organization.%'
    order by n.xid, n.position limit p_limit) e
  order by e.xid, e.position limit p_limit;
end
$$;

-- The same of all organizations, for operators.
create function private.all_events_after(p_xid xid8, p_position bigint, p_below xid8, p_limit integer)
returns setof orgline.events language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query
  select e.* from orgline.events e
  where (e.xid, e.position) > (p_xid, p_position) and e.xid < p_below and e.type <> 'endpoint.test'
  order by e.xid, e.position limit p_limit;
end
$$;

create function private.streamed_event(e orgline.events) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('xid', e.xid::text, 'position', e.position, 'event', private.event_facts(e))
$$;

-- What was read, and where to go on: after its last event where there may be more, else after all that is surely committed.
-- started: a transaction that left nothing behind is forgotten in a crash, and its number given again.
create function private.stream_page(p_rows jsonb, p_limit integer, p_below xid8) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('life', private.database_life(), 'started', pg_postmaster_start_time(), 'rows', p_rows) || case
    when jsonb_array_length(p_rows) < p_limit then jsonb_build_object('is_more', false, 'xid', p_below::text, 'position', 0)
    else jsonb_build_object('is_more', true, 'xid', p_rows -> -1 ->> 'xid', 'position', p_rows -> -1 -> 'position') end
$$;

-- What streams are told after a place: of these organizations, or of all.
create function private.page_after(p_organization_ids uuid[], p_is_of_all boolean, p_xid xid8, p_position bigint, p_limit integer)
returns jsonb language plpgsql stable set search_path = '' as $$
declare
  v_below xid8 := pg_snapshot_xmin(pg_current_snapshot());
  v_rows jsonb;
begin
  if p_is_of_all then
    select jsonb_agg(private.streamed_event(e) order by e.xid, e.position) into v_rows
    from private.all_events_after(p_xid, p_position, v_below, p_limit) e;
  else
    select jsonb_agg(private.streamed_event(e) order by e.xid, e.position) into v_rows
    from private.events_after(p_organization_ids, p_xid, p_position, v_below, p_limit) e;
  end if;
  return private.stream_page(coalesce(v_rows, '[]'), p_limit, v_below);
end
$$;

-- Lets in who may follow the events of an organization; those of all (null), operators alone.
create function private.require_follower(p_actor public.orgline_actor, p_organization_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_organization_id is null then
    perform private.require_operator(p_actor);
  else
    perform private.visible_organization(p_actor, p_organization_id);
  end if;
end
$$;

-- Refuses a place of another life of the database, one that lies ahead of it, and one after which events were deleted for
-- their age.
create function private.require_kept(p_life text, p_xid xid8) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_life is distinct from private.database_life() or p_xid > pg_snapshot_xmax(pg_current_snapshot())
    or exists (select from orgline.deployment d where p_xid <= d.events_forgotten) then
    raise exception 'cursor_is_outdated' using errcode = 'OL133';
  end if;
end
$$;

-- Where a stream begins that asks for nothing from before: after all that is surely committed.
create function public.begin_event_stream(p_actor public.orgline_actor, p_organization_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_follower(p_actor, p_organization_id);
  return private.stream_page('[]', 1, pg_snapshot_xmin(pg_current_snapshot()));
end
$$;

-- The events of an organization, or of all (null), after a place.
create function public.read_event_stream(
  p_actor public.orgline_actor, p_organization_id uuid, p_life text, p_xid text, p_position bigint, p_limit integer
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_follower(p_actor, p_organization_id);
  perform private.require_kept(p_life, p_xid::xid8);
  return private.page_after(array[p_organization_id], p_organization_id is null, p_xid::xid8, p_position, p_limit);
end
$$;

-- The events after a place, for all streams of a server at once: of these organizations, or of all.
create function public.poll_event_streams(
  p_organization_ids uuid[], p_is_of_all boolean, p_xid text, p_position bigint, p_limit integer
) returns jsonb language sql stable security definer set search_path = '' as $$
  select private.page_after(p_organization_ids, p_is_of_all, p_xid::xid8, p_position, p_limit)
$$;

-- Which of these may not read events any more. p_followers: {key, actor, organization_id} each.
create function public.ended_followers(p_followers jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('keys', coalesce(jsonb_agg(f.value -> 'key'), '[]'))
  from jsonb_array_elements(p_followers) f
  where not private.may_do_all((f.value -> 'actor')::public.orgline_actor)
    and (f.value ->> 'organization_id')::uuid not in (
      select private.organizations_of((f.value -> 'actor')::public.orgline_actor))
$$;
