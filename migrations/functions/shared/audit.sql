-- The audit log: writing it down, and reading it.

-- Writes down what an actor has changed; to be called where the change is made, in its transaction. What
-- the server does by itself is not in it. p_details: names and plain values, never what tells who a
-- customer is, or what was said. p_is_reading: what was only listened to or seen.
-- Who has changed, or read, too much in a day is refused, but not where p_takes_away: it ends or takes away something,
-- and to do so again takes a change that is refused; nor where p_is_done: it only records what is done, at a carrier or
-- by a repair, or what was asked about before.
-- Under an Idempotency-Key whose route asks for it, the key is marked: the change is made, whether or not anybody is told so.
create function private.audit(
  p_actor public.orgline_actor, p_action text, p_organization_id uuid, p_subject text, p_details jsonb default '{}',
  p_is_reading boolean default false, p_takes_away boolean default false, p_is_done boolean default false
) returns void language plpgsql set search_path = '' as $$
declare
  v_is_never_refused constant boolean := coalesce(p_takes_away or p_is_done, false);
  v_attempt constant jsonb := p_actor -> 'from' -> 'attempt';
begin
  perform private.require_room_in_log(p_actor, p_organization_id, p_is_reading)
  where p_actor ->> 'kind' <> 'system' and not v_is_never_refused;
  insert into orgline.audit_log (
    organization_id, actor_kind, actor_id, actor_name, action, subject, details, address, request_id, is_reading, is_never_refused)
  select p_organization_id, p_actor ->> 'kind', private.id_of(p_actor), p_actor ->> 'name', p_action, p_subject,
    jsonb_strip_nulls(p_details), p_actor -> 'from' ->> 'address', p_actor -> 'from' ->> 'requestId', p_is_reading, v_is_never_refused
  where p_actor ->> 'kind' <> 'system';
  if v_attempt is not null then
    update orgline.idempotency_keys set has_effect = true
    where owner = v_attempt ->> 'owner' and key = v_attempt ->> 'key' and lease_token = (v_attempt ->> 'token')::uuid
      and not has_effect;
  end if;
end
$$;

-- Whose a record is (0064_counts_of_keys.sql): who acts shares that with nobody else; a key is counted by itself, and behind
-- that with the others of its organization, but for what is never refused. So one key that was stolen uses half of what all
-- keys have at most, and keeps no other and no admin, and no admin an operator, from making changes.
create function private.adders_of(p_actor public.orgline_actor, p_organization_id uuid) returns text[]
language sql immutable set search_path = '' as $$
  select array_agg(coalesce(p_organization_id::text, 'all') || ' ' || a.adder order by a.place)
  from unnest(case p_actor ->> 'kind'
    when 'key' then array['key ' || private.id_of(p_actor), 'keys']
    else array[coalesce(private.id_of(p_actor)::text, p_actor ->> 'name')] end) with ordinality a(adder, place)
$$;

create function private.require_room_in_log(
  p_actor public.orgline_actor, p_organization_id uuid, p_is_reading boolean default false
) returns void language plpgsql set search_path = '' as $$
begin
  perform private.require_room_to_add(
    case when p_is_reading then 'audited_readings' else 'audit_log' end, private.adders_of(p_actor, p_organization_id));
end
$$;

-- The names of what an asked-for change makes another value than it was; missing and null are one.
create function private.names_changed(p_before jsonb, p_asked jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_agg(a.key order by a.key), '[]') from jsonb_each(p_asked) a
  where a.value <> coalesce(p_before -> a.key, 'null')
$$;

-- Writes a change down by the names of what it changed (names_changed), unless it changed nothing: what is asked for
-- again is in the log once.
create function private.audit_changed(
  p_actor public.orgline_actor, p_action text, p_organization_id uuid, p_subject text, p_changed jsonb, p_details jsonb default '{}',
  p_takes_away boolean default false
) returns void language plpgsql set search_path = '' as $$
begin
  if p_changed <> '[]' then
    perform private.audit(p_actor, p_action, p_organization_id, p_subject,
      p_details || jsonb_build_object('changed', p_changed), p_takes_away => p_takes_away);
  end if;
end
$$;

-- Writes down that a repair has changed these numbers, each by itself, for whoever holds it.
create function private.audit_numbers(p_actor public.orgline_actor, p_action text, p_ids uuid[], p_details jsonb default '{}') returns void
language plpgsql set search_path = '' as $$
begin
  perform private.audit(p_actor, p_action, h.organization_id, p.phone_number, p_details, p_is_done => true)
  from orgline.phone_numbers p
  left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  where p.id = any (p_ids);
end
$$;

-- The same of orders.
create function private.audit_orders(p_actor public.orgline_actor, p_action text, p_ids uuid[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.audit(p_actor, p_action, n.organization_id, n.id::text, p_is_done => true)
  from orgline.number_orders n where n.id = any (p_ids);
end
$$;

create function private.audit_view(a orgline.audit_log) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', a.id, 'organization_id', a.organization_id,
    'actor', jsonb_strip_nulls(jsonb_build_object('kind', a.actor_kind, 'id', a.actor_id, 'name', a.actor_name)),
    'action', a.action, 'subject', a.subject, 'details', a.details,
    'address', a.address, 'request_id', a.request_id, 'created_at', a.created_at);
end
$$;

-- Who changed what of an organization, for its admins and operators; the newest first. That it was an
-- operator is told to all; which one, and from where, to operators alone.
create function public.list_audit(p_actor public.orgline_actor, p_organization_id uuid, p_limit integer, p_cursor text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  perform private.administered_organization(p_actor, p_organization_id);
  return (
    with page as (
      select a from orgline.audit_log a
      where a.organization_id = p_organization_id and (a.created_at, a.id) < (v_after, v_after_id)
      order by a.created_at desc, a.id desc
      limit p_limit + 1
    )
    select private.page(coalesce(jsonb_agg(private.audit_view(page.a) || case
      when (page.a).actor_kind = 'operator' and not private.may_do_all(p_actor)
        then '{"actor": {"kind": "operator"}, "address": null, "request_id": null}'::jsonb else '{}' end
      order by (page.a).created_at desc, (page.a).id desc), '[]'), p_limit)
    from page);
end
$$;

-- The same of all organizations, and of what belongs to none; for operators.
create function public.list_audit_for_all(p_actor public.orgline_actor, p_limit integer, p_cursor text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  perform private.require_operator(p_actor);
  return (
    with page as (
      select a from orgline.audit_log a
      where (a.created_at, a.id) < (v_after, v_after_id)
      order by a.created_at desc, a.id desc
      limit p_limit + 1
    )
    select private.page(coalesce(
      jsonb_agg(private.audit_view(page.a) order by (page.a).created_at desc, (page.a).id desc), '[]'), p_limit)
    from page);
end
$$;
