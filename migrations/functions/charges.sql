-- What the carriers tell of their charges, kept for the months' reports (usage.sql).

-- From when on the carrier's texts and calls are to be listed, and the countries whose numbers are to
-- be priced: all, where p_all_countries. Prices come late, so the oldest one that is missing decides;
-- one that is missing for a week is not waited for. list_from is null before anything can have cost.
create function public.charges_to_list(p_all_countries boolean) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'list_from', least(
      coalesce(
        d.charges_listed_to - interval '1 hour',
        least((select min(p.bought_at) from public.phone_numbers p), (select min(o.created_at) from public.organizations o)) - interval '1 hour'),
      (select min(k.happened_at) from public.carrier_charges k where k.price is null and k.happened_at > now() - interval '7 days')),
    'list_to', clock_timestamp(),
    'countries', (
      select coalesce(jsonb_agg(distinct p.country), '[]') from public.phone_numbers p
      where p.bought_at is not null
        and (p_all_countries or not exists (select from public.number_rents r where r.phone_number_id = p.id))))
  from public.deployment d
$$;

-- Texts and legs of calls as the carrier charges them; the same again tells what is known by now. Each
-- is its own text's or call's organization's, the call's that it is a leg of, or whoever's the number
-- was then. What is not of a number of ours (p_default_number is one) is somebody else's in the same
-- account, and left out. The carrier tells moments in whole seconds, cut off.
create function public.record_carrier_charges(p_charges jsonb, p_default_number text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_recorded integer;
begin
  insert into public.carrier_charges (sid, kind, organization_id, direction, happened_at, is_counted, units, price)
  select t.sid, t.kind, whose.organization_id, t.direction, t.happened_at, t.is_counted, t.units, t.price
  from jsonb_to_recordset(p_charges) as t(
    sid text, kind text, direction text, our_number text, happened_at timestamptz, is_counted boolean, units integer, price bigint, parent_sid text)
  left join public.carrier_charges k on k.sid = t.sid
  left join public.carrier_charges parent on parent.sid = t.parent_sid
  cross join lateral (
    select coalesce(
      (select m.organization_id from public.messages m where m.provider_message_id = t.sid),
      (select c.organization_id from public.calls c where c.provider_call_id = coalesce(t.parent_sid, t.sid)),
      k.organization_id,
      parent.organization_id,
      -- What was nobody's once stays so: a holder of the next second has nothing to do with it.
      case when k.sid is null then (
        select h.organization_id from private.holding_between(t.our_number, t.happened_at, t.happened_at + interval '1 second') h) end
    ) as organization_id) whose
  where whose.organization_id is not null or k.sid is not null or parent.sid is not null or t.our_number = p_default_number
    or exists (
      select from public.phone_numbers p
      where p.phone_number = t.our_number and p.bought_at < t.happened_at + interval '1 second'
        and (p.released_at is null or p.released_at > t.happened_at))
  on conflict (sid) do update set
    organization_id = excluded.organization_id, units = excluded.units, is_counted = excluded.is_counted,
    price = coalesce(excluded.price, public.carrier_charges.price);
  get diagnostics v_recorded = row_count;
  return jsonb_build_object('recorded', v_recorded);
end
$$;

-- Everything of before was listed.
create function public.record_charges_listed(p_to timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update public.deployment set charges_listed_to = greatest(charges_listed_to, p_to);
  return '{}';
end
$$;

-- What numbers of a country cost a month now; so did what was charged for them so far, where nobody
-- knew better.
create function public.record_number_prices(p_country text, p_local bigint, p_toll_free bigint) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update public.phone_numbers p set monthly_cost = n.price
  from private.number_prices(p_country, p_local, p_toll_free) n
  where p.id = n.phone_number_id and p.status not in ('released', 'failed') and p.monthly_cost is distinct from n.price;
  insert into public.number_rents (phone_number_id, charged_at, price)
  select c.phone_number_id, c.charged_at, n.price
  from generate_series(
    (select date_trunc('month', min(p.bought_at) at time zone 'UTC') from public.phone_numbers p), now() at time zone 'UTC', interval '1 month') as m
  cross join lateral private.number_charges(m at time zone 'UTC', (m + interval '1 month') at time zone 'UTC') c
  join private.number_prices(p_country, p_local, p_toll_free) n on n.phone_number_id = c.phone_number_id
  where c.price is null
  on conflict do nothing;
  return '{}';
end
$$;

-- The numbers of a country with what each costs; none for a kind of number whose price is null.
create function private.number_prices(p_country text, p_local bigint, p_toll_free bigint)
returns table (phone_number_id uuid, price bigint) language sql stable set search_path = '' as $$
  select n.id, n.price from (
    select p.id, case when p.phone_number ~ '^\+18(00|22|33|44|55|66|77|88)' then p_toll_free else p_local end as price
    from public.phone_numbers p where p.country = p_country and p.bought_at is not null
  ) n where n.price is not null
$$;

-- What a conversation on a number of ours cost, as the event of its end tells it; also of one that is
-- nobody's call, or of one that was erased. p_organization_id null: whoever held the number then, if
-- that is known.
create function private.record_agent_cost(p_event jsonb, p_organization_id uuid) returns void
language sql set search_path = '' as $$
  insert into public.carrier_charges (sid, kind, organization_id, direction, happened_at, price)
  select p_event ->> 'conversation_id', 'conversation', coalesce(p_organization_id, (private.holding_of_event(p_event)).organization_id),
    p_event ->> 'direction', coalesce((p_event ->> 'started_at')::timestamptz, clock_timestamp()), (p_event ->> 'cost')::bigint
  where p_event ->> 'cost' is not null and (p_organization_id is not null or exists (
    select from public.phone_numbers p where p.phone_number = p_event ->> 'our_number' and p.bought_at is not null))
  on conflict (sid) do update set organization_id = coalesce(p_organization_id, public.carrier_charges.organization_id)
$$;
