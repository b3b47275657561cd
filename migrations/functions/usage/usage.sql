-- What each organization's texts, calls and numbers cost in a month.

-- What a month of one organization consists of, summed up by what it is: number, message, call or conversation, each
-- direction, and whether the cost is known. p_rates (number, segment, minute, agentMinute) stand for prices that are
-- not known. Nobody else's rows are read: that is why usage_lines_of_all stands apart.
create function private.usage_lines(p_from timestamptz, p_to timestamptz, p_rates jsonb, p_organization_id uuid)
returns table (part text, direction text, counted bigint, units bigint, cost bigint, is_estimated boolean)
language plpgsql stable set search_path = '' as $$
declare
  v_estimates_from timestamptz := greatest(p_from, private.estimates_from());
  v_phone_number_ids uuid[] := array(
    select h.phone_number_id from orgline.organization_phone_numbers h where h.organization_id = p_organization_id);
begin
  return query
  select 'number', null::text, count(*), 0::bigint, sum(s.cost)::bigint, s.is_estimated
  from private.number_shares(p_from, p_to, (p_rates ->> 'number')::bigint, v_phone_number_ids) s
  where s.organization_id = p_organization_id
  group by s.is_estimated
  union all
  select k.kind, k.direction, count(*) filter (where k.is_counted), sum(k.units),
    sum(coalesce(k.price, k.units * private.rate_of(k.kind, p_rates)))::bigint, k.price is null
  from orgline.carrier_charges k
  where k.organization_id = p_organization_id and k.happened_at >= p_from and k.happened_at < p_to
  group by k.kind, k.direction, k.price is null
  union all
  select 'message', m.direction, count(*), sum(coalesce(m.segments, 1)),
    sum(coalesce(m.segments, 1) * private.rate_of('message', p_rates))::bigint, true
  from orgline.messages m
  where m.organization_id = p_organization_id and m.created_at >= v_estimates_from and m.created_at < p_to and m.status <> 'failed'
    and not exists (select from orgline.carrier_charges k where k.sid = m.provider_message_id)
  group by m.direction
  union all
  select 'call', c.direction, count(*), sum(private.minutes_of(c.duration_seconds)),
    sum(private.minutes_of(c.duration_seconds) * private.rate_of('call', p_rates))::bigint, true
  from orgline.calls c
  where c.organization_id = p_organization_id and c.created_at >= v_estimates_from and c.created_at < p_to
    and (c.status in ('in-progress', 'completed') or c.end_unknown)
    and not exists (select from orgline.carrier_charges k where k.sid = c.provider_call_id)
  group by c.direction
  union all
  select 'conversation', c.direction, count(*), sum(private.minutes_of(c.duration_seconds)),
    sum(private.minutes_of(c.duration_seconds) * private.rate_of('conversation', p_rates))::bigint, true
  from orgline.calls c
  where c.organization_id = p_organization_id and c.created_at >= p_from and c.created_at < p_to
    and private.may_lack_cost(c.status, c.failure_reason, c.end_unknown, c.conversation_id)
    and not exists (select from orgline.carrier_charges k where k.sid = c.conversation_id)
  group by c.direction;
end
$$;

-- What all numbers cost, by whether it is nobody's. A number that one organization held for as long as it was ours is
-- that one's as a whole, so only the others are shared out.
create function private.number_costs_of_all(p_from timestamptz, p_to timestamptz, p_rate bigint)
returns table (is_idle boolean, counted bigint, cost bigint, is_estimated boolean)
language plpgsql stable set search_path = '' as $$
begin
  return query
  with paid as materialized (
    select p.id, p.bought_at, least(p.released_at, p.ghost_since) as gone_at, private.charged_on(p.bought_at, p_from) as charged_at,
      p.monthly_cost
    from orgline.phone_numbers p where p.bought_at < p_to
  ), charged as materialized (
    -- As private.number_charges has it of single numbers.
    select p.id, coalesce(r.price, p.monthly_cost, p_rate) as cost, r.price is null as is_estimated,
      greatest(p.bought_at, p_from) as ours_from, least(p.gone_at, p_to) as ours_to
    from paid p left join orgline.number_rents r on r.phone_number_id = p.id and r.charged_at = p.charged_at
    where p.charged_at <= clock_timestamp() and (p.charged_at = p.bought_at or p.gone_at is null or p.charged_at < p.gone_at)
  ), partly as materialized (
    select c.* from charged c
    where not exists (
      select from orgline.organization_phone_numbers h
      where h.phone_number_id = c.id and c.ours_from < c.ours_to
        and h.assigned_at <= c.ours_from and coalesce(h.ended_at, c.ours_to) >= c.ours_to)
  ), shared as (
    select s.id, sum(s.cost) as cost from (
      select c.id, floor(c.cost * sum(extract(epoch from
        least(coalesce(h.ended_at, c.ours_to), c.ours_to) - greatest(h.assigned_at, c.ours_from)))
        / extract(epoch from c.ours_to - c.ours_from)) as cost
      from partly c join orgline.organization_phone_numbers h on h.phone_number_id = c.id
        and c.ours_from < c.ours_to and h.assigned_at < c.ours_to and coalesce(h.ended_at, c.ours_to) > c.ours_from
      group by h.organization_id, c.id, c.cost, c.ours_from, c.ours_to) s
    group by s.id
  ), idle as materialized (
    select c.is_estimated, count(*) as counted, sum(c.cost - coalesce(s.cost, 0))::bigint as cost
    from partly c left join shared s on s.id = c.id
    where c.cost > coalesce(s.cost, 0)
    group by c.is_estimated
  )
  select true, i.counted, i.cost, i.is_estimated from idle i
  union all
  select false, count(*), sum(c.cost)::bigint - coalesce((select i.cost from idle i where i.is_estimated = c.is_estimated), 0),
    c.is_estimated
  from charged c group by c.is_estimated;
end
$$;

-- The same of everybody and of nobody; is_idle: nobody's.
create function private.usage_lines_of_all(p_from timestamptz, p_to timestamptz, p_rates jsonb)
returns table (is_idle boolean, part text, direction text, counted bigint, units bigint, cost bigint, is_estimated boolean)
language plpgsql stable set search_path = '' as $$
declare
  v_estimates_from timestamptz := greatest(p_from, private.estimates_from());
begin
  return query
  select n.is_idle, 'number', null::text, n.counted, 0::bigint, n.cost, n.is_estimated
  from private.number_costs_of_all(p_from, p_to, (p_rates ->> 'number')::bigint) n
  union all
  select k.organization_id is null, k.kind, k.direction, count(*) filter (where k.is_counted), sum(k.units),
    sum(coalesce(k.price, k.units * private.rate_of(k.kind, p_rates)))::bigint, k.price is null
  from orgline.carrier_charges k
  where k.happened_at >= p_from and k.happened_at < p_to
  group by k.organization_id is null, k.kind, k.direction, k.price is null
  union all
  select false, 'message', m.direction, count(*), sum(coalesce(m.segments, 1)),
    sum(coalesce(m.segments, 1) * private.rate_of('message', p_rates))::bigint, true
  from orgline.messages m
  where m.created_at >= v_estimates_from and m.created_at < p_to and m.status <> 'failed'
    and not exists (select from orgline.carrier_charges k where k.sid = m.provider_message_id)
  group by m.direction
  union all
  select false, 'call', c.direction, count(*), sum(private.minutes_of(c.duration_seconds)),
    sum(private.minutes_of(c.duration_seconds) * private.rate_of('call', p_rates))::bigint, true
  from orgline.calls c
  where c.created_at >= v_estimates_from and c.created_at < p_to and (c.status in ('in-progress', 'completed') or c.end_unknown)
    and not exists (select from orgline.carrier_charges k where k.sid = c.provider_call_id)
  group by c.direction
  union all
  select false, 'conversation', c.direction, count(*), sum(private.minutes_of(c.duration_seconds)),
    sum(private.minutes_of(c.duration_seconds) * private.rate_of('conversation', p_rates))::bigint, true
  from orgline.calls c
  where c.created_at >= p_from and c.created_at < p_to
    and private.may_lack_cost(c.status, c.failure_reason, c.end_unknown, c.conversation_id)
    and not exists (select from orgline.carrier_charges k where k.sid = c.conversation_id)
  group by c.direction;
end
$$;

-- What stands for an unknown price of a unit.
create function private.rate_of(p_kind text, p_rates jsonb) returns bigint
language sql immutable as $$
  select (p_rates ->> case p_kind when 'message' then 'segment' when 'call' then 'minute'
    when 'text_conversation' then 'textReply' else 'agentMinute' end)::bigint
$$;

-- The month of one organization, or of the idle stock: the sum of its lines.
create function private.usage_sum(p_lines jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'numbers', jsonb_build_object(
      'held', coalesce(sum(l.counted) filter (where l.part = 'number'), 0),
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
    'text_replies', jsonb_build_object(
      'conversations', coalesce(sum(l.counted) filter (where l.part = 'text_conversation'), 0),
      'cost', coalesce(sum(l.cost) filter (where l.part = 'text_conversation'), 0),
      'estimated', coalesce(bool_or(l.is_estimated) filter (where l.part = 'text_conversation'), false)),
    'total', coalesce(sum(l.cost), 0),
    'estimated', coalesce(bool_or(l.is_estimated), false))
  from jsonb_to_recordset(p_lines) as l(part text, direction text, counted bigint, units bigint, cost bigint, is_estimated boolean)
$$;

create function private.usage_of(p_organization_id uuid, p_from timestamptz, p_to timestamptz, p_rates jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (select jsonb_agg(to_jsonb(l)) from private.usage_lines(p_from, p_to, p_rates, p_organization_id) l);
end
$$;

-- What a month (p_from to p_to) of an organization costs.
create function public.organization_usage(
  p_actor public.orgline_actor, p_organization_id uuid, p_from timestamptz, p_to timestamptz, p_rates jsonb
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.visible_organization(p_actor, p_organization_id);
  return private.usage_sum(coalesce(private.usage_of(p_organization_id, p_from, p_to, p_rates), '[]'));
end
$$;

-- The same of the organizations that have cost anything then: a page of all, in the order of their names. So many are
-- looked at, so a page may be shorter than that, and another follow (next_cursor).
create function public.usage_of_all(p_from timestamptz, p_to timestamptz, p_rates jsonb, p_limit integer, p_cursor text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_after text := coalesce(private.cursor_key(p_cursor), '');
  v_after_id uuid := coalesce(private.cursor_id(p_cursor), '00000000-0000-0000-0000-000000000000');
begin
  return (
    with page as materialized (
      select o.id, o.name from orgline.organizations o
      where (o.name, o.id) > (v_after, v_after_id)
      order by o.name, o.id limit p_limit
    ), used as materialized (
      select page.id, page.name, private.usage_of(page.id, p_from, p_to, p_rates) as lines from page
    )
    select jsonb_build_object(
      'rows', coalesce((
        select jsonb_agg(
          jsonb_build_object('organization_id', used.id, 'organization_name', used.name) || private.usage_sum(used.lines)
          order by used.name, used.id)
        from used where used.lines is not null), '[]'),
      'next_cursor', case when count(*) = p_limit then
        (array_agg(private.cursor_of_key(page.name, page.id) order by page.name desc, page.id desc))[1] end)
    from page);
end
$$;

-- What all of them and the idle stock cost then, together what the carriers charge.
create function public.usage_total(p_from timestamptz, p_to timestamptz, p_rates jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    with lines as materialized (
      select * from private.usage_lines_of_all(p_from, p_to, p_rates)
    )
    select jsonb_build_object(
      'idle', private.usage_sum(coalesce(jsonb_agg(to_jsonb(l)) filter (where l.is_idle), '[]')),
      'total', coalesce(sum(l.cost), 0),
      'estimated', coalesce(bool_or(l.is_estimated), false))
    from lines l);
end
$$;
