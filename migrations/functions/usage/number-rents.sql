-- What numbers cost, split by who held them.

-- What numbers of a country cost a month now; so did what was charged for them so far, where nobody
-- knew better. So many numbers at a time, in the order of their ids, from after the cursor on. next_cursor: null after
-- the last one.
create function public.record_number_prices(
  p_country text, p_local bigint, p_toll_free bigint, p_limit integer, p_cursor uuid
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_after uuid := coalesce(p_cursor, '00000000-0000-0000-0000-000000000000');
  v_ids uuid[] := array(
    select p.id from orgline.phone_numbers p where p.country = p_country and p.id > v_after order by p.id limit p_limit);
begin
  update orgline.phone_numbers p set monthly_cost = n.price
  from private.number_prices(v_ids, p_local, p_toll_free) n
  where p.id = n.phone_number_id and private.may_be_ours(p.status) and p.monthly_cost is distinct from n.price;
  insert into orgline.number_rents (phone_number_id, charged_at, price)
  select c.phone_number_id, c.charged_at, n.price
  from generate_series(
    (select date_trunc('month', min(p.bought_at) at time zone 'UTC') from orgline.phone_numbers p where p.id = any (v_ids)),
    now() at time zone 'UTC', interval '1 month') as m
  cross join lateral private.number_charges(m at time zone 'UTC', (m + interval '1 month') at time zone 'UTC', v_ids) c
  join private.number_prices(v_ids, p_local, p_toll_free) n on n.phone_number_id = c.phone_number_id
  where c.price is null
  on conflict do nothing;
  return jsonb_build_object('next_cursor', v_ids[p_limit]);
end
$$;

-- What each of these numbers costs; none for a kind of number whose price is null, nor for one that was never bought.
create function private.number_prices(p_phone_number_ids uuid[], p_local bigint, p_toll_free bigint)
returns table (phone_number_id uuid, price bigint) language sql stable set search_path = '' as $$
  select n.id, n.price from (
    select p.id, case when p.phone_number ~ '^\+18(00|22|33|44|55|66|77|88)' then p_toll_free else p_local end as price
    from orgline.phone_numbers p where p.id = any (p_phone_number_ids) and p.bought_at is not null
  ) n where n.price is not null
$$;

-- When a number is charged for in the month that begins at p_from: at its purchase, else on that day of the month; of the
-- 31st, on the last of a shorter one.
create function private.charged_on(p_bought_at timestamptz, p_from timestamptz) returns timestamptz
language sql immutable as $$
  select case when p_bought_at >= p_from then p_bought_at else least(
    p_from at time zone 'UTC'
      + (p_bought_at at time zone 'UTC' - date_trunc('month', p_bought_at at time zone 'UTC')),
    p_from at time zone 'UTC' + interval '1 month -1 day'
      + (p_bought_at at time zone 'UTC' - date_trunc('day', p_bought_at at time zone 'UTC')))
    at time zone 'UTC' end
$$;

-- What was charged for these numbers in a month (p_from to p_to): the carrier takes a whole month at the
-- purchase, and one each month after, as long as the number is ours. price is null where it is not
-- known; ours_from and ours_to: the part of the month in which the number was ours. rows 10: so that
-- the numbers of one organization are found by an index each; those of all are, too.
create function private.number_charges(p_from timestamptz, p_to timestamptz, p_phone_number_ids uuid[])
returns table (phone_number_id uuid, charged_at timestamptz, price bigint, ours_from timestamptz, ours_to timestamptz)
language sql stable rows 10 set search_path = '' as $$
  -- Materialized, or PostgreSQL computes the moment of the charge once for each place that names it.
  with paid as materialized (
    select p.id, p.bought_at, least(p.released_at, p.ghost_since) as gone_at, private.charged_on(p.bought_at, p_from) as charged_at
    from orgline.phone_numbers p
    where p.bought_at < p_to and p.id = any (p_phone_number_ids)
  )
  select paid.id, paid.charged_at, r.price, greatest(paid.bought_at, p_from), least(paid.gone_at, p_to)
  from paid left join orgline.number_rents r on r.phone_number_id = paid.id and r.charged_at = paid.charged_at
  where paid.charged_at <= clock_timestamp()
    and (paid.charged_at = paid.bought_at or paid.gone_at is null or paid.charged_at < paid.gone_at)
$$;

-- Those charges by who held the number, by the time of the month that was; the rest, with what rounding
-- leaves, is nobody's. A holding that goes on counts to the end of the month.
create function private.number_shares(p_from timestamptz, p_to timestamptz, p_rate bigint, p_phone_number_ids uuid[])
returns table (organization_id uuid, phone_number_id uuid, cost bigint, is_estimated boolean)
language sql stable set search_path = '' as $$
  with charged as materialized (
    select n.phone_number_id, coalesce(n.price, p.monthly_cost, p_rate) as cost, n.price is null as is_estimated,
      n.ours_from, n.ours_to, extract(epoch from n.ours_to - n.ours_from) as seconds
    from private.number_charges(p_from, p_to, p_phone_number_ids) n join orgline.phone_numbers p on p.id = n.phone_number_id
  ), held as (
    select h.organization_id, c.phone_number_id, c.is_estimated, floor(c.cost * sum(
      extract(epoch from least(coalesce(h.ended_at, c.ours_to), c.ours_to) - greatest(h.assigned_at,
        c.ours_from))) / c.seconds)::bigint as cost
    from charged c join orgline.organization_phone_numbers h on h.phone_number_id = c.phone_number_id
      and c.ours_from < c.ours_to and h.assigned_at < c.ours_to and coalesce(h.ended_at, c.ours_to) > c.ours_from
    group by h.organization_id, c.phone_number_id, c.is_estimated, c.cost, c.seconds
  )
  select h.organization_id, h.phone_number_id, h.cost, h.is_estimated from held h
  union all
  select null, c.phone_number_id, c.cost - coalesce(shared.cost, 0), c.is_estimated
  from charged c left join (
    select h.phone_number_id, sum(h.cost)::bigint as cost
      from held h group by h.phone_number_id) shared on shared.phone_number_id = c.phone_number_id
  where c.cost > coalesce(shared.cost, 0)
$$;
