-- What the carriers tell of their charges, kept for the months' reports.

-- From when on the carrier's texts and calls are to be listed, and the countries whose numbers are to
-- be priced: all, where p_all_countries. Prices come late, so the oldest one that is missing decides;
-- one that is missing for a week is not waited for. list_from is null before anything can have cost.
create function public.charges_to_list(p_all_countries boolean) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_listed_to timestamptz := (select d.charges_listed_to from orgline.deployment d);
begin
  if v_listed_to is null then
    v_listed_to := least(
      (select min(p.bought_at) from orgline.phone_numbers p), (select min(o.created_at) from orgline.organizations o));
  end if;
  return jsonb_build_object(
    'list_from', least(v_listed_to - interval '1 hour', (
      select min(k.happened_at) from orgline.carrier_charges k
      where k.price is null and k.kind not in ('conversation', 'text_conversation') and k.happened_at > now() - interval '7 days')),
    'list_to', clock_timestamp(),
    'countries', to_jsonb(case when p_all_countries then private.countries_of_numbers()
      else private.countries_without_price() end));
end
$$;

-- The countries of all numbers, each found by the one before it.
create function private.countries_of_numbers() returns text[]
language plpgsql stable set search_path = '' as $$
declare
  v_countries text[] := '{}';
  v_country text := '';
begin
  loop
    select p.country into v_country from orgline.phone_numbers p
    where p.country > v_country and p.bought_at is not null order by p.country limit 1;
    exit when not found;
    v_countries := v_countries || v_country;
  end loop;
  return v_countries;
end
$$;

-- Those of numbers for which no charge has a price: such a one has no price of a month either.
create function private.countries_without_price() returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select distinct p.country from orgline.phone_numbers p
    where p.bought_at is not null and p.monthly_cost is null
      and (select r.phone_number_id from orgline.number_rents r where r.phone_number_id = p.id limit 1) is null
    order by p.country);
end
$$;

-- Texts and legs of calls as the carrier charges them; the same again tells what is known by now. Each
-- is its own text's or call's organization's, also of one that was erased, the call's that it is a leg of, or whoever's the number
-- was then. What is not of a number of ours (p_default_number is one) is somebody else's in the same
-- account, and left out. Calls go before their legs, which may be told first. The carrier tells moments
-- in whole seconds, cut off.
create function public.record_carrier_charges(p_charges jsonb, p_default_number text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_are_legs boolean;
  v_each integer;
  v_recorded integer := 0;
begin
  foreach v_are_legs in array array[false, true] loop
    insert into orgline.carrier_charges (sid, kind, organization_id, direction, happened_at, is_counted, units, price, parent_sid)
    select t.sid, t.kind, whose.organization_id, t.direction, t.happened_at, t.is_counted, t.units, t.price, t.parent_sid
    from jsonb_to_recordset(p_charges) as t(
      sid text, kind text, direction text, our_number text, happened_at timestamptz, is_counted boolean, units integer,
        price bigint, parent_sid text)
    left join orgline.carrier_charges k on k.sid = t.sid
    left join orgline.carrier_charges parent on parent.sid = t.parent_sid
    cross join lateral (
      select coalesce(
        (select m.organization_id from orgline.messages m where m.provider_message_id = t.sid),
        (select c.organization_id from orgline.calls c where c.provider_call_id = coalesce(t.parent_sid, t.sid)),
        (select e.organization_id from orgline.carrier_erasures e where e.provider_id = coalesce(t.parent_sid, t.sid)),
        k.organization_id,
        parent.organization_id,
        -- What was nobody's once stays so: a holder of the next second has nothing to do with it.
        case when k.sid is null then (
          select h.organization_id from private.holding_between(t.our_number, t.happened_at, t.happened_at + interval '1 second') h) end
      ) as organization_id) whose
    where (t.parent_sid is not null) = v_are_legs
      and (whose.organization_id is not null or k.sid is not null or parent.sid is not null or t.our_number = p_default_number
        or private.was_ours(t.our_number, t.happened_at))
    on conflict (sid) do update set
      organization_id = excluded.organization_id, units = excluded.units, is_counted = excluded.is_counted,
      parent_sid = excluded.parent_sid,
      price = coalesce(excluded.price, orgline.carrier_charges.price);
    get diagnostics v_each = row_count;
    v_recorded := v_recorded + v_each;
  end loop;
  return jsonb_build_object('recorded', v_recorded);
end
$$;

-- Everything of before was listed.
create function public.record_charges_listed(p_to timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.deployment set charges_listed_to = p_to where charges_listed_to is null or charges_listed_to < p_to;
  return '{}';
end
$$;

-- What a conversation on a number of ours cost, as the event of its end tells it; also of one that is
-- nobody's call, or of one that was erased. Nothing where it never came about; null, so that the rate
-- stands for it, where it did and the event has no cost. The most that was told counts: events come in
-- any order. p_organization_id null: whoever held the number then, if that is known. What was kept
-- under our own id of the call (keep_agent_costs) stood for this.
create function private.record_agent_cost(p_event jsonb, p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  with reported as (
    insert into orgline.carrier_charges as k (sid, kind, organization_id, direction, happened_at, units, price)
    select p_event ->> 'conversation_id', 'conversation', coalesce(p_organization_id, (private.holding_of_event(p_event)).organization_id),
      p_event ->> 'direction', coalesce((p_event ->> 'started_at')::timestamptz, clock_timestamp()),
      private.minutes_of((p_event ->> 'duration_seconds')::integer),
      coalesce(
        (p_event ->> 'cost')::bigint,
        case when p_event ->> 'outcome' <> 'ended' and coalesce((p_event ->> 'duration_seconds')::integer, 0) <= 0 then 0 end)
    where p_organization_id is not null
      or private.was_ours(p_event ->> 'our_number', coalesce((p_event ->> 'started_at')::timestamptz, clock_timestamp()))
    on conflict (sid) do update set
      organization_id = coalesce(p_organization_id, k.organization_id),
      units = greatest(k.units, excluded.units),
      price = greatest(k.price, excluded.price)
    returning k.sid
  )
  delete from orgline.carrier_charges e using reported where e.sid = p_event ->> 'call_id';
end
$$;

-- Whether the agent of a call has cost what nobody told, as far as the call's row says: no event of its end has come. One
-- without a conversation had no agent once it is over, or once its caller heard an apology; that it is
-- over must have been reported. What one cost that was only thought not to be dialled, is told by the report that raised
-- the doubt.
create function private.may_lack_cost(
  p_status text, p_failure_reason text, p_end_unknown boolean, p_conversation_id text
) returns boolean language sql immutable as $$
  select p_status = 'in-progress' and p_failure_reason is null
    or p_end_unknown and p_failure_reason = 'end_not_reported'
    or p_status in ('in-progress', 'completed', 'failed') and p_conversation_id is not null
$$;

-- To be called before the calls of a contact are erased: what their agents took is due all the same,
-- and told before the conversations are erased, too. A call that is over without a conversation keeps
-- its estimate under our own id; of one that goes on the report will tell.
create function private.keep_agent_costs(p_contact_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_organization_id uuid := (select k.organization_id from orgline.contacts k where k.id = p_contact_id);
begin
  insert into orgline.carrier_charges (sid, kind, organization_id, direction, happened_at, units)
  select coalesce(c.conversation_id, c.id::text), 'conversation', c.organization_id, c.direction, c.created_at,
    private.minutes_of(c.duration_seconds)
  from orgline.calls c
  where c.organization_id = v_organization_id and c.contact_id = p_contact_id 
    and private.may_lack_cost(c.status, c.failure_reason, c.end_unknown, c.conversation_id)
    and (c.conversation_id is not null or c.end_unknown)
    and not exists (select from orgline.carrier_charges e where e.sid = c.conversation_id)
  -- One whose end is being told at this moment.
  on conflict (sid) do nothing;
end
$$;

-- From when on a text or call that the carrier has not told of may still cost something: what is older
-- would have been in its list.
create function private.estimates_from() returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return (select coalesce((select d.charges_listed_to from orgline.deployment d) - interval '1 hour', '-infinity'));
end
$$;
