-- What all organizations together spend, by the hour, and what is released of it.

-- Counts an outlay against OUTBOUND_DEPLOYMENT_DAILY_SPEND, and refuses what would pass it, with all that
-- its transaction recorded. The last thing in a transaction: everybody who spends waits for this row. A day
-- is the last 24 whole hours and this one.
create function private.spend_for_all(p_outlay bigint, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_limit bigint := (p_guard ->> 'deployment_daily_spend')::bigint;
  v_hour timestamptz := date_trunc('hour', now());
  v_spent bigint;
  v_at timestamptz[];
  v_amounts bigint[];
begin
  insert into orgline.spend_hours as s (hour, spend) values (v_hour, p_outlay)
  on conflict (hour) do update set spend = s.spend + excluded.spend;
  select array_agg(s.hour), array_agg(s.spend), sum(s.spend) into v_at, v_amounts, v_spent
  from orgline.spend_hours s where s.hour >= v_hour - interval '1 day';
  if v_spent > v_limit then
    perform private.refuse_until(
      coalesce(private.room_at(v_limit, 1, interval '25 hours', v_at, v_amounts), v_hour + interval '1 hour'), 'OL121',
      'spend_of_all', jsonb_build_object('limit', private.in_dollars(v_limit)));
  end if;
  if v_spent * 2 >= v_limit and (v_spent - p_outlay) * 2 < v_limit then
    perform private.notify('budget_half_spent', 'spending', jsonb_build_object(
      'cause', 'spending', 'spent', private.in_dollars(v_spent), 'limit', private.in_dollars(v_limit)));
  end if;
end
$$;

-- What calls did not use of the outlay they began with is released, and taken again from one that was
-- only thought not to have been dialled. Repeats change nothing. The last thing in a transaction, as spend_for_all.
create function private.finalize_outlays(p_call_ids uuid[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_hour record;
begin
  for v_hour in
    with reported as (
      select c.id, c.outlay as before, case
        when private.is_not_dialled(c) then 0
        when private.is_ended_call(c.status) and not c.end_unknown
          then greatest(coalesce(c.cost, 0), c.outlay_rate * private.call_minutes(c))
        else c.outlay_rate * c.outlay_minutes end as after
      from orgline.calls c where c.id = any (p_call_ids) and c.dialled_at is not null
    ), finalized as (
      update orgline.calls c set outlay = t.after from reported t
      where c.id = t.id and t.after <> t.before returning date_trunc('hour', c.dialled_at) as hour, t.after - t.before as more
    )
    select s.hour, sum(s.more) as more from finalized s group by s.hour order by s.hour
  loop
    perform private.correct_spend(v_hour.hour, v_hour.more::bigint);
  end loop;
end
$$;

-- An hour whose row is gone counts no more.
create function private.correct_spend(p_at timestamptz, p_more bigint) returns void
language sql set search_path = '' as $$
  update orgline.spend_hours s set spend = greatest(0, s.spend + p_more) where s.hour = date_trunc('hour', p_at)
$$;
