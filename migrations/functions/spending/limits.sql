-- Limits: which one counts, when it has room again, and how a refusal says so.

create function private.is_new(p_created_at timestamptz, p_guard jsonb) returns boolean
language sql stable set search_path = '' as $$
  select p_created_at > now() - make_interval(days => (p_guard ->> 'new_days')::integer)
$$;

-- What p_guard says for all organizations, less for one that is new; or what operators decided for this one.
create function private.outbound_limit(o orgline.organizations, p_guard jsonb, p_name text) returns bigint
language sql stable set search_path = '' as $$
  select coalesce((o.settings -> 'outbound_limits' ->> p_name)::bigint, case when private.is_new(o.created_at, p_guard)
    then ceil((p_guard ->> p_name)::numeric * (p_guard ->> 'new_percent')::integer / 100)::bigint
    else (p_guard ->> p_name)::bigint end)
$$;

-- When p_more fits in beside what was made within the period: null: now; infinity: never. What leaves the
-- period takes its amount along.
create function private.room_at(
  p_limit bigint, p_more bigint, p_period interval, p_at timestamptz[], p_amounts bigint[]
) returns timestamptz language sql stable set search_path = '' as $$
  select case
    when p_more > p_limit then 'infinity'
    when coalesce(sum(d.amount), 0) + p_more <= p_limit then null
    else min(d.at) filter (where d.later + p_more <= p_limit) + p_period end
  from (
    select m.at, m.amount, coalesce(sum(m.amount) over (
      order by m.at desc, m.position rows between unbounded preceding and 1 preceding), 0) as later
    from unnest(p_at, p_amounts) with ordinality as m(at, amount, position)
    where m.at > now() - p_period) d
$$;

-- Refuses with this reason and its facts, where p_room_at says so; next_at is when the next is possible (null:
-- never with this limit), and the hint in how many seconds it is worth asking again.
create function private.refuse_until(p_room_at timestamptz, p_code text, p_reason text, p_facts jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  if p_room_at is not null then
    raise exception '%', p_reason using errcode = p_code,
      detail = p_facts || jsonb_build_object(
        'next_at', case when p_room_at <> 'infinity' then p_room_at + interval '1 second' end),
      hint = case p_room_at when 'infinity' then 86400
        else greatest(1, ceil(extract(epoch from p_room_at - clock_timestamp()))) end;
  end if;
end
$$;

create function private.in_dollars(p_micros numeric) returns text
language sql immutable set search_path = '' as $$
  select to_char(p_micros / 1000000, 'FM999999990.00')
$$;
