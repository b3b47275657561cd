-- What each organization's texts, calls and numbers cost in a month.

-- All that a month consists of: with p_of_all of everybody and of nobody, else of one organization.
-- p_rates (number, segment, minute, agentMinute) stand for prices that are not known. PL/pgSQL, because
-- that plans for the values it is given: an organization's rows are found by its index.
create function private.usage_lines(p_from timestamptz, p_to timestamptz, p_rates jsonb, p_of_all boolean, p_organization_id uuid)
returns table (organization_id uuid, part text, direction text, counted integer, units bigint, cost bigint, is_estimated boolean)
language plpgsql stable set search_path = '' as $$
declare
  v_phone_number_ids uuid[] := case when p_of_all
    then array(select p.id from orgline.phone_numbers p where p.bought_at < p_to)
    else array(select h.phone_number_id from orgline.organization_phone_numbers h where h.organization_id = p_organization_id) end;
begin
  return query
  select s.organization_id, 'number', null::text, 1, 0::bigint, s.cost, s.is_estimated
  from private.number_shares(p_from, p_to, (p_rates ->> 'number')::bigint, v_phone_number_ids) s
  where p_of_all or s.organization_id = p_organization_id
  union all
  select k.organization_id, k.kind, k.direction, k.is_counted::integer, k.units,
    coalesce(k.price, k.units * (p_rates ->> case k.kind when 'message' then 'segment' when 'call' then 'minute'
      else 'agentMinute' end)::bigint), k.price is null
  from orgline.carrier_charges k
  where k.happened_at >= p_from and k.happened_at < p_to and (p_of_all or k.organization_id = p_organization_id)
  union all
  select m.organization_id, 'message', m.direction, 1, coalesce(m.segments, 1),
    coalesce(m.segments, 1) * (p_rates ->> 'segment')::bigint, true
  from orgline.messages m
  where m.created_at >= greatest(p_from, private.estimates_from()) and m.created_at < p_to and m.status <> 'failed'
    and (p_of_all or m.organization_id = p_organization_id)
    and not exists (select from orgline.carrier_charges k where k.sid = m.provider_message_id)
  union all
  select c.organization_id, 'call', c.direction, 1, private.minutes_of(c.duration_seconds),
    private.minutes_of(c.duration_seconds) * (p_rates ->> 'minute')::bigint, true
  from orgline.calls c
  where c.created_at >= greatest(p_from, private.estimates_from()) and c.created_at < p_to
    and (c.status in ('in-progress', 'completed') or c.end_unknown)
    and (p_of_all or c.organization_id = p_organization_id)
    and not exists (select from orgline.carrier_charges k where k.sid = c.provider_call_id)
  union all
  select c.organization_id, 'conversation', c.direction, 1, private.minutes_of(c.duration_seconds),
    private.minutes_of(c.duration_seconds) * (p_rates ->> 'agentMinute')::bigint, true
  from private.calls_of_unreported_cost(p_from, p_to, p_of_all, p_organization_id, null) c;
end
$$;

-- The month of one organization, or of the idle stock: the sum of its lines.
create function private.usage_sum(p_lines jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'numbers', jsonb_build_object(
      'held', count(*) filter (where l.part = 'number'),
      'cost', coalesce(sum(l.cost) filter (where l.part = 'number'), 0),
      'estimated', coalesce(bool_or(l.is_estimated) filter (where l.part = 'number'), false)),
    'messages', jsonb_build_object(
      'in', coalesce(sum(l.counted) filter (where l.part = 'message' and l.direction = 'inbound'), 0),
      'out', coalesce(sum(l.counted) filter (where l.part = 'message' and l.direction = 'outbound'), 0),
      'segments', coalesce(sum(l.units) filter (where l.part = 'message'), 0),
      'cost', coalesce(sum(l.cost) filter (where l.part = 'message'), 0),
      'estimated', coalesce(bool_or(l.is_estimated) filter (where l.part = 'message'), false)),
    'calls', jsonb_build_object(
      'in', coalesce(sum(l.counted) filter (where l.part = 'call' and l.direction = 'inbound'), 0),
      'out', coalesce(sum(l.counted) filter (where l.part = 'call' and l.direction = 'outbound'), 0),
      'minutes', coalesce(sum(l.units) filter (where l.part = 'call'), 0),
      'cost', coalesce(sum(l.cost) filter (where l.part = 'call'), 0),
      'agent_cost', coalesce(sum(l.cost) filter (where l.part = 'conversation'), 0),
      'estimated', coalesce(bool_or(l.is_estimated) filter (where l.part in ('call', 'conversation')), false)),
    'total', coalesce(sum(l.cost), 0),
    'estimated', coalesce(bool_or(l.is_estimated), false))
  from jsonb_to_recordset(p_lines) as l(part text, direction text, counted integer, units bigint, cost bigint, is_estimated boolean)
$$;

-- What a month (p_from to p_to) of an organization costs.
create function public.organization_usage(
  p_actor public.orgline_actor, p_organization_id uuid, p_from timestamptz, p_to timestamptz, p_rates jsonb
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.visible_organization(p_actor, p_organization_id);
  return (
    select private.usage_sum(coalesce(jsonb_agg(to_jsonb(l)), '[]'))
    from private.usage_lines(p_from, p_to, p_rates, false, p_organization_id) l);
end
$$;

-- The same of every organization that has cost anything then, and of the idle stock.
create function public.usage_of_all(p_from timestamptz, p_to timestamptz, p_rates jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  with lines as materialized (
    select * from private.usage_lines(p_from, p_to, p_rates, true, null)
  ), sums as materialized (
    select l.organization_id, private.usage_sum(jsonb_agg(to_jsonb(l))) as usage from lines l group by l.organization_id
  )
  select jsonb_build_object(
    'organizations', coalesce((
      select jsonb_agg(jsonb_build_object('organization_id', o.id, 'organization_name', o.name) || s.usage order by o.name, o.id)
      from sums s join orgline.organizations o on o.id = s.organization_id), '[]'),
    'idle', coalesce((select s.usage from sums s where s.organization_id is null), private.usage_sum('[]')),
    'total', coalesce((select sum(l.cost) from lines l), 0),
    'estimated', coalesce((select bool_or(l.is_estimated) from lines l), false))
$$;
