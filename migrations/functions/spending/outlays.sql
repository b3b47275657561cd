-- What was spent in the last 24 hours, as the limits count it.

-- Whether a call of ours is known, or thought, not to have been dialled: the same request may dial it.
create function private.is_not_dialled(c orgline.calls) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return c.direction = 'outbound' and c.status = 'failed' and not c.end_unknown
    and c.conversation_id is null and c.started_at is null;
end
$$;

-- The carrier refused it, or was never asked: the same request may send it.
create function private.is_not_sent(m orgline.messages) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return m.status = 'failed' and m.provider_message_id is null;
end
$$;

-- Begun minutes until now.
create function private.minutes_since(p_at timestamptz) returns integer
language sql set search_path = '' as $$
  select greatest(1, ceil(extract(epoch from clock_timestamp() - p_at) / 60))::integer
$$;

-- Begun minutes, as carriers charge them; of a call that goes on, those until now. One that nobody
-- told the end of counts as one.
create function private.call_minutes(c orgline.calls) returns integer
language sql set search_path = '' as $$
  select case
    when c.duration_seconds is not null then ceil(c.duration_seconds / 60.0)
    when c.status = 'failed' and not c.end_unknown then 0
    when c.poll_at is not null then private.minutes_since(c.dialled_at)
    else 1 end::integer
$$;

-- What a call costs at its longest: the conversation, and the carrier's minutes.
create function private.most_of_call(p_guard jsonb) returns bigint
language sql immutable set search_path = '' as $$
  select private.rate_of_call(p_guard) * (p_guard ->> 'call_minutes')::integer
$$;

create function private.rate_of_call(p_guard jsonb) returns bigint
language sql immutable set search_path = '' as $$
  select (p_guard ->> 'minute_cost')::bigint + (p_guard ->> 'carrier_minute_cost')::bigint
$$;

-- Begun minutes for which the caller of a call was put through; until its end is told, those until now, and as
-- many as it may have lasted once it must be over. One that was told of before those were kept counts as one.
create function private.forward_minutes(c orgline.calls) returns integer
language sql set search_path = '' as $$
  select case
    when c.forward_used is not null then c.forward_used
    when c.forward_minutes is not null
      then least(c.forward_minutes, private.minutes_since(c.forwarded_at))
    else 1 end
$$;

-- Whether a call goes on, or may: until its end is told, or is looked for no more.
create function private.is_running(c orgline.calls) returns boolean
language sql immutable set search_path = '' as $$
  select private.is_open_call(c.status) and c.poll_at is not null
$$;

-- Calls that count against the limits, and callers who were put through (kind: forward). One that certainly
-- was not dialled does not; it may be again.
create function private.counted_dials(p_organization_id uuid)
returns table (kind text, dialled_at timestamptz, minutes integer, cost bigint, is_running boolean)
language sql set search_path = '' as $$
  select 'call', c.dialled_at, private.call_minutes(c), c.cost, private.is_running(c)
  from orgline.calls c
  where c.organization_id = p_organization_id and c.dialled_at > now() - interval '1 day'
    and not private.is_not_dialled(c)
  union all
  select 'forward', c.forwarded_at, private.forward_minutes(c), c.forward_outlay,
    c.forward_used is null and c.forwarded_at + make_interval(mins => c.forward_minutes) > clock_timestamp()
  from orgline.calls c
  where c.organization_id = p_organization_id and c.forwarded_at > now() - interval '1 day'
  union all
  select e.kind, e.dialled_at, e.minutes, e.cost, coalesce(e.ends_by > clock_timestamp(), false) from orgline.erased_dials e
  where e.organization_id = p_organization_id and e.dialled_at > now() - interval '1 day' and e.kind in ('call', 'forward')
$$;

-- Calls, texts, forwarded calls and texts that agents answer (reply) that count, with the most that each may have cost. is_to:
-- to p_to.
create function private.outlays_of(p_organization_id uuid, p_to text)
returns table (at timestamptz, kind text, is_to boolean, segments integer, outlay bigint)
language sql stable set search_path = '' as $$
  select c.dialled_at, 'call', c.to_number = p_to, 0, c.outlay from orgline.calls c
  where c.organization_id = p_organization_id and c.dialled_at > now() - interval '1 day' and not private.is_not_dialled(c)
  union all
  select m.counted_at, 'text', m.to_number = p_to, coalesce(m.segments, 1), m.outlay from orgline.messages m
  where m.organization_id = p_organization_id and m.counted_at > now() - interval '1 day' and not private.is_not_sent(m)
  union all
  select c.forwarded_at, 'forward', c.forwarded_to = p_to, 0, c.forward_outlay from orgline.calls c
  where c.organization_id = p_organization_id and c.forwarded_at > now() - interval '1 day'
  union all
  select t.asked_at, 'reply', t.customer = p_to, 0, t.outlay from orgline.text_turns t
  where t.organization_id = p_organization_id and t.asked_at > now() - interval '1 day'
  union all
  select e.dialled_at, e.kind, coalesce(e.customer = private.erased_customer(p_organization_id, p_to), false), e.segments, e.outlay
  from orgline.erased_dials e
  where e.organization_id = p_organization_id and e.dialled_at > now() - interval '1 day' and e.kind <> 'answered'
$$;

-- Numbers that the organization got in the last 24 hours, each once, however often it was given up and taken
-- back; and those it has ordered, which count until they are there (infinity).
create function private.numbers_added(p_organization_id uuid) returns table (at timestamptz)
language sql stable set search_path = '' as $$
  select max(h.assigned_at) from orgline.organization_phone_numbers h
  where h.organization_id = p_organization_id and h.assigned_at > now() - interval '1 day'
  group by h.phone_number_id
  union all
  select 'infinity' from orgline.number_orders n
  where n.organization_id = p_organization_id and private.is_open_order(n.status)
    and not exists (
      select from orgline.organization_phone_numbers h
      where h.phone_number_id = n.phone_number_id and h.organization_id = p_organization_id)
$$;

-- The most that whoever talks to the agents of a new account may cost in a day, each call at its longest, as
-- long as there is the agent (infinity). One that was deleted counts for a day more.
create function private.outlays_of_agents(p_organization_id uuid, p_guard jsonb) returns table (at timestamptz, outlay bigint)
language sql stable set search_path = '' as $$
  select case a.status when 'deleted' then a.updated_at else 'infinity' end, a.few_calls * private.most_of_call(p_guard)
  from orgline.agents a
  where a.organization_id = p_organization_id and a.few_calls is not null
    and (a.status in ('pending', 'active') or a.status = 'deleted' and a.updated_at > now() - interval '1 day')
$$;
