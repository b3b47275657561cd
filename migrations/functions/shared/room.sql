-- How many rows of a kind somebody may make, and when a limit over a time has room again.

-- What costs nothing to make has a bound all the same: nobody needs more, and a program gone wrong, or a
-- stolen key, fills no disk with it. To be asked under a lock, mostly the organization's, or several pass it at
-- once. p_rows: how many there are, counted to p_most at most.
create function private.require_room(p_what text, p_most bigint, p_rows bigint) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if p_rows >= p_most then
    raise exception 'rows_over_limit' using errcode = 'OL096', detail = jsonb_build_object('limit', p_most, 'what', p_what);
  end if;
end
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

-- Refuses where somebody has added as many rows within 24 hours as may be to what only grows (0056_added_rows.sql). An hour
-- counts as a whole, until its last minute is a day old. p_owners: who adds, and behind it whom that adder shares
-- twice as much with.
create function private.require_room_to_add(p_what text, p_owners text[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_most constant bigint := 50000;
begin
  perform private.refuse_until(
    private.room_at(v_most * o.place, 1, interval '1 day', added.at, added.rows),
    'OL097', 'rows_added_in_a_day', jsonb_build_object('what', p_what, 'limit', v_most * o.place))
  from unnest(p_owners) with ordinality o(owner, place)
  cross join lateral (
    select array_agg(a.hour + interval '1 hour') as at, array_agg(a.rows::bigint) as rows from orgline.added_rows a
    where a.what = p_what and a.owner = o.owner and a.hour > now() - interval '25 hours') added;
end
$$;

create function private.count_added(p_what text, p_owners text[]) returns void
language sql set search_path = '' as $$
  insert into orgline.added_rows as a (what, owner, hour, rows)
  select p_what, o.owner, date_trunc('hour', now()), 1 from unnest(p_owners) o(owner)
  on conflict (what, owner, hour) do update set rows = a.rows + 1
$$;

-- The opposite of count_added, one owner after the other, in the same order.
create function private.count_removed(p_what text, p_owners text[], p_added_at timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  v_owner text;
begin
  foreach v_owner in array p_owners loop
    delete from orgline.added_rows a
    where a.what = p_what and a.owner = v_owner and a.hour = date_trunc('hour', p_added_at) and a.rows <= 1;
    if not found then
      update orgline.added_rows a set rows = a.rows - 1
      where a.what = p_what and a.owner = v_owner and a.hour = date_trunc('hour', p_added_at);
    end if;
  end loop;
end
$$;
