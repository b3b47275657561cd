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
end
$$;

-- The guard of whatever rings somebody: a call that is asked for, and a caller who is put through. p_outlay: what it
-- costs at its longest. To be asked under lock_spending_of.
create function private.guard_call(o orgline.organizations, p_to text, p_outlay bigint, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.guard_country(o, p_to, p_guard);
  perform private.guard_do_not_call(o, p_to);
  perform private.guard_limits(o, p_guard);
  perform private.guard_customer(o, 'call', p_to, 1, p_guard);
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
    raise exception '% must not be called: it is on the do-not-call list of organization % since %; its admins can remove it '
      '(DELETE /api/organizations/%/do-not-call/%)',
      p_to, o.id, private.in_utc(v_listed.created_at), o.id, p_to using errcode = 'OL111';
  end if;
  if v_listed.id is not null then
    raise exception '% must not be called: it is on the do-not-call list of this server, for every organization, since %; its '
      'operators can remove it',
      p_to, private.in_utc(v_listed.created_at) using errcode = 'OL111';
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
    raise exception 'Organization % has % calls at the same time, and may have %: %; %',
      o.id, v_running, v_at_once,
      case v_at_once when 0 then 'none is possible with this limit' else 'the next is possible when one of them ends' end,
      private.cure_of_limit('concurrency', 'OUTBOUND_CONCURRENCY')
      using errcode = 'OL112';
  end if;
  perform private.refuse_until(
    private.room_at(v_calls, 1, interval '1 day', v_at, v_each), 'OL113',
    format('Organization %s made %s calls in the last 24 hours, and may make %s', o.id, coalesce(cardinality(v_at), 0), v_calls),
    private.cure_of_limit('daily_calls', 'OUTBOUND_DAILY_CALLS'));
  perform private.refuse_until(
    private.room_at(v_minutes, 1, interval '1 day', v_at, v_minutes_each), 'OL114',
    format('Organization %s called for %s minutes in the last 24 hours, and may for %s', o.id,
      (select coalesce(sum(m), 0) from unnest(v_minutes_each) m), v_minutes),
    private.cure_of_limit('daily_minutes', 'OUTBOUND_DAILY_MINUTES'));
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
    format('Organization %s has no number of its own, and made %s calls from the default number in the last 24 hours; it may make %s',
      o.id, coalesce(cardinality(v_own_at), 0), v_own),
    'get it a number (POST /api/organizations/:id/phone-numbers), or have an operator raise that (settings.fallback_daily_calls)');
  perform private.refuse_until(
    private.room_at(v_all, 1, interval '1 day', v_at, array_fill(1::bigint, array[coalesce(cardinality(v_at), 0)])), 'OL122',
    format('%s calls of all organizations without a number of their own went out from the default number in the last 24 hours, as many '
      'as may', coalesce(cardinality(v_at), 0)),
    'get a number (POST /api/organizations/:id/phone-numbers), or have an operator raise FALLBACK_DAILY_CALLS');
end
$$;
