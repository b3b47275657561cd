-- What a month costs, by organization. What nobody used is the idle stock's (organization_id null), so
-- that all together is what the carriers charge.

-- What was charged for numbers in a month (p_from to p_to): the carrier takes a whole month at the
-- purchase, and one each month after, as long as the number is ours. price is null where it is not
-- known; ours_from and ours_to: the part of the month in which the number was ours. p_organization_id:
-- only the numbers that this organization has, or had.
create function private.number_charges(p_from timestamptz, p_to timestamptz, p_organization_id uuid)
returns table (phone_number_id uuid, charged_at timestamptz, price bigint, ours_from timestamptz, ours_to timestamptz)
language sql stable set search_path = '' as $$
  with paid as (
    select p.id, p.bought_at, least(p.released_at, p.ghost_since) as gone_at,
      -- Of the 31st, the last of a shorter month.
      (p.bought_at at time zone 'UTC' + make_interval(months =>
        (extract(year from p_from at time zone 'UTC') - extract(year from p.bought_at at time zone 'UTC'))::integer * 12
        + (extract(month from p_from at time zone 'UTC') - extract(month from p.bought_at at time zone 'UTC'))::integer))
        at time zone 'UTC' as charged_at
    from public.phone_numbers p
    where p.bought_at < p_to and (p_organization_id is null or p.id in (
      select h.phone_number_id from public.organization_phone_numbers h where h.organization_id = p_organization_id))
  )
  select paid.id, paid.charged_at, r.price, greatest(paid.bought_at, p_from), least(paid.gone_at, p_to)
  from paid left join public.number_rents r on r.phone_number_id = paid.id and r.charged_at = paid.charged_at
  where paid.charged_at <= clock_timestamp()
    and (paid.charged_at = paid.bought_at or paid.gone_at is null or paid.charged_at < paid.gone_at)
$$;

-- Those charges by who held the number, by the time of the month that was; the rest, with what rounding
-- leaves, is nobody's. A holding that goes on counts to the end of the month.
create function private.number_shares(p_from timestamptz, p_to timestamptz, p_rate bigint, p_organization_id uuid)
returns table (organization_id uuid, phone_number_id uuid, cost bigint, is_estimated boolean)
language sql stable set search_path = '' as $$
  with charged as materialized (
    select n.phone_number_id, coalesce(n.price, p.monthly_cost, p_rate) as cost, n.price is null as is_estimated,
      n.ours_from, n.ours_to, extract(epoch from n.ours_to - n.ours_from) as seconds
    from private.number_charges(p_from, p_to, p_organization_id) n join public.phone_numbers p on p.id = n.phone_number_id
  ), held as (
    select h.organization_id, c.phone_number_id, c.is_estimated, floor(c.cost * sum(
      extract(epoch from least(coalesce(h.ended_at, c.ours_to), c.ours_to) - greatest(h.assigned_at, c.ours_from))) / c.seconds)::bigint as cost
    from charged c join public.organization_phone_numbers h on h.phone_number_id = c.phone_number_id
      and c.ours_from < c.ours_to and h.assigned_at < c.ours_to and coalesce(h.ended_at, c.ours_to) > c.ours_from
    group by h.organization_id, c.phone_number_id, c.is_estimated, c.cost, c.seconds
  )
  select h.organization_id, h.phone_number_id, h.cost, h.is_estimated from held h
  union all
  select null, c.phone_number_id, c.cost - coalesce(shared.cost, 0), c.is_estimated
  from charged c left join (
    select h.phone_number_id, sum(h.cost)::bigint as cost from held h group by h.phone_number_id) shared on shared.phone_number_id = c.phone_number_id
  where c.cost > coalesce(shared.cost, 0)
$$;

-- From when on a text or call that the carrier has not told of may still cost something: what is older
-- would have been in its list.
create function private.estimates_from() returns timestamptz
language sql stable set search_path = '' as $$
  select coalesce((select d.charges_listed_to from public.deployment d) - interval '1 hour', '-infinity')
$$;

-- All that a month consists of; p_organization_id: of this organization alone. p_rates (number, segment,
-- minute, agentMinute) stand for prices that are not known.
create function private.usage_lines(p_from timestamptz, p_to timestamptz, p_rates jsonb, p_organization_id uuid)
returns table (organization_id uuid, part text, direction text, counted integer, units bigint, cost bigint, is_estimated boolean)
language sql stable set search_path = '' as $$
  select s.organization_id, 'number', null::text, 1, 0::bigint, s.cost, s.is_estimated
  from private.number_shares(p_from, p_to, (p_rates ->> 'number')::bigint, p_organization_id) s
  where p_organization_id is null or s.organization_id = p_organization_id
  union all
  select k.organization_id, k.kind, k.direction, k.is_counted::integer, k.units,
    coalesce(k.price, k.units * (p_rates ->> case k.kind when 'message' then 'segment' when 'call' then 'minute' else 'agentMinute' end)::bigint), k.price is null
  from public.carrier_charges k
  where k.happened_at >= p_from and k.happened_at < p_to and (p_organization_id is null or k.organization_id = p_organization_id)
  union all
  select m.organization_id, 'message', m.direction, 1, coalesce(m.segments, 1),
    coalesce(m.segments, 1) * (p_rates ->> 'segment')::bigint, true
  from public.messages m
  where m.created_at >= greatest(p_from, private.estimates_from()) and m.created_at < p_to and m.status <> 'failed'
    and (p_organization_id is null or m.organization_id = p_organization_id)
    and not exists (select from public.carrier_charges k where k.sid = m.provider_message_id)
  union all
  select c.organization_id, 'call', c.direction, 1, private.minutes_of(c.duration_seconds),
    private.minutes_of(c.duration_seconds) * (p_rates ->> 'minute')::bigint, true
  from public.calls c
  where c.created_at >= greatest(p_from, private.estimates_from()) and c.created_at < p_to and (c.status in ('in-progress', 'completed') or c.end_unknown)
    and (p_organization_id is null or c.organization_id = p_organization_id)
    and not exists (select from public.carrier_charges k where k.sid = c.provider_call_id)
  union all
  select c.organization_id, 'conversation', c.direction, 1, private.minutes_of(c.duration_seconds),
    private.minutes_of(c.duration_seconds) * (p_rates ->> 'agentMinute')::bigint, true
  from private.calls_of_untold_cost(p_organization_id, null, p_from, p_to) c
$$;

-- Minutes as carriers count them: each that was begun, and one for a call that took place.
create function private.minutes_of(p_seconds integer) returns integer
language sql immutable set search_path = '' as $$
  select greatest(1, ceil(coalesce(p_seconds, 0) / 60.0))::integer
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
create function public.organization_usage(p_user_id uuid, p_organization_id uuid, p_from timestamptz, p_to timestamptz, p_rates jsonb)
returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.visible_organization(p_user_id, p_organization_id);
  return (
    select private.usage_sum(coalesce(jsonb_agg(to_jsonb(l)), '[]'))
    from private.usage_lines(p_from, p_to, p_rates, p_organization_id) l);
end
$$;

-- The same of every organization that has cost anything then, and of the idle stock.
create function public.usage_of_all(p_from timestamptz, p_to timestamptz, p_rates jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  with lines as materialized (
    select * from private.usage_lines(p_from, p_to, p_rates, null)
  ), sums as materialized (
    select l.organization_id, private.usage_sum(jsonb_agg(to_jsonb(l))) as usage from lines l group by l.organization_id
  )
  select jsonb_build_object(
    'organizations', coalesce((
      select jsonb_agg(jsonb_build_object('organization_id', o.id, 'organization_name', o.name) || s.usage order by o.name, o.id)
      from sums s join public.organizations o on o.id = s.organization_id), '[]'),
    'idle', coalesce((select s.usage from sums s where s.organization_id is null), private.usage_sum('[]')),
    'total', coalesce((select sum(l.cost) from lines l), 0),
    'estimated', coalesce((select bool_or(l.is_estimated) from lines l), false))
$$;
