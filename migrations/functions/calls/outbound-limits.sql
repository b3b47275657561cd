-- Whether a call may be made: the guard's part that is for calls alone.

-- Refuses a call that may not be made, in the transaction that records it: those of one account wait for
-- each other here, so that no two pass a limit together. Asked again about a call that is recorded
-- already, it refuses nothing, unless that one is to be dialled anew.
create function private.guard_outbound_call(o orgline.organizations, p_call_id uuid, p_to text, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.lock_spending_of(private.account_of(o));
  if exists (
    select from orgline.calls c
    where c.id = p_call_id and c.organization_id = o.id and not private.is_not_dialled(c)) then
    return;
  end if;
  perform private.guard_call(o, p_to, private.most_of_call(p_guard), p_guard);
  perform private.guard_customer(o, 'call', p_to, 1, p_guard);
end
$$;

-- The guard of whatever rings somebody: a call that is asked for, to a customer, and a caller who is put through to whom the
-- settings name. p_outlay: what it costs at its longest. To be asked under lock_spending_of.
create function private.guard_call(o orgline.organizations, p_to text, p_outlay bigint, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.guard_country(o, p_to, p_guard);
  perform private.guard_do_not_call(o, p_to);
  perform private.guard_limits(o, p_guard);
  perform private.guard_account(o, p_outlay, p_guard);
end
$$;

create function private.guard_do_not_call(o orgline.organizations, p_to text) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_listed orgline.do_not_call;
begin
  select * into v_listed from orgline.do_not_call d
  where d.phone_number = p_to and (d.organization_id = o.id or d.organization_id is null)
  order by d.organization_id nulls first limit 1;
  if v_listed.organization_id is not null then
    raise exception 'listed_by_organization' using errcode = 'OL111',
      detail = jsonb_build_object('number', p_to, 'organization_id', o.id, 'since', v_listed.created_at);
  end if;
  if v_listed.id is not null then
    raise exception 'listed_for_all' using errcode = 'OL111',
      detail = jsonb_build_object('number', p_to, 'since', v_listed.created_at);
  end if;
end
$$;

-- How many calls, at once and in 24 hours, how long, and what they cost. A limit of 0 lets nothing through.
create function private.guard_limits(o orgline.organizations, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_at_once bigint := private.outbound_limit(o, p_guard, 'concurrency');
  v_calls bigint := private.outbound_limit(o, p_guard, 'daily_calls');
  v_minutes bigint := private.outbound_limit(o, p_guard, 'daily_minutes');
  v_running bigint;
  v_at timestamptz[];
  v_each bigint[];
  v_minutes_each bigint[];
begin
  select count(*) filter (where c.is_running), array_agg(c.dialled_at), array_agg(1::bigint), array_agg(c.minutes::bigint)
  into v_running, v_at, v_each, v_minutes_each from private.counted_dials(o.id) c;
  if v_running >= v_at_once then
    raise exception 'calls_at_once' using errcode = 'OL112',
      detail = jsonb_build_object('organization_id', o.id, 'running', v_running, 'limit', v_at_once);
  end if;
  perform private.refuse_until(
    private.room_at(v_calls, 1, interval '1 day', v_at, v_each), 'OL113',
    'calls_in_a_day', jsonb_build_object('organization_id', o.id, 'count', coalesce(cardinality(v_at), 0), 'limit', v_calls));
  perform private.refuse_until(
    private.room_at(v_minutes, 1, interval '1 day', v_at, v_minutes_each), 'OL114',
    'minutes_in_a_day', jsonb_build_object(
      'organization_id', o.id, 'minutes', (select coalesce(sum(m), 0) from unnest(v_minutes_each) m), 'limit', v_minutes));
  perform private.guard_spend(o, p_guard);
end
$$;

-- Calls from the deployment's default number are for whoever waits for a number of its own: a few for each
-- new organization, and for all together. p_guard: fallback_daily_calls, and fallback_new_daily_calls; what
-- operators decided for the organization (settings.fallback_daily_calls, 0: none) counts instead of the latter.
create function private.guard_fallback(o orgline.organizations, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_own bigint := coalesce((o.settings ->> 'fallback_daily_calls')::bigint, case when private.is_new(o.created_at, p_guard)
    then (p_guard ->> 'fallback_new_daily_calls')::bigint else (p_guard ->> 'fallback_daily_calls')::bigint end);
  v_all bigint := (p_guard ->> 'fallback_daily_calls')::bigint;
  v_at timestamptz[];
  v_own_at timestamptz[];
begin
  perform private.lock_fallback_dials();
  select array_agg(f.dialled_at), array_agg(f.dialled_at) filter (where f.organization_id = o.id) into v_at, v_own_at
  from (
    select c.dialled_at, c.organization_id from orgline.calls c
    where c.from_fallback and c.dialled_at > now() - interval '1 day' and not private.is_not_dialled(c)
    union all
    select e.dialled_at, e.organization_id from orgline.erased_dials e
    where e.from_fallback and e.dialled_at > now() - interval '1 day') f;
  perform private.refuse_until(
    private.room_at(v_own, 1, interval '1 day', v_own_at, array_fill(1::bigint, array[coalesce(cardinality(v_own_at), 0)])), 'OL122',
    'calls_from_default', jsonb_build_object('organization_id', o.id, 'count', coalesce(cardinality(v_own_at), 0), 'limit', v_own));
  perform private.refuse_until(
    private.room_at(v_all, 1, interval '1 day', v_at, array_fill(1::bigint, array[coalesce(cardinality(v_at), 0)])), 'OL122',
    'calls_of_all_from_default', jsonb_build_object('count', coalesce(cardinality(v_at), 0)));
end
$$;
