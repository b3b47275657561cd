-- What an organization may dial, and how much: countries, do-not-call lists and limits.

-- What p_guard says for all organizations, with what operators decided for this one.
create function private.outbound_limit(o orgline.organizations, p_guard jsonb, p_name text) returns bigint
language sql immutable set search_path = '' as $$
  select coalesce(o.settings -> 'outbound_limits' -> p_name, p_guard -> p_name)::bigint
$$;

-- Begun minutes, as carriers charge them; of a call that goes on, those until now. One that nobody
-- told the end of counts as one.
create function private.call_minutes(c orgline.calls) returns integer
language sql set search_path = '' as $$
  select case
    when c.duration_seconds is not null then ceil(c.duration_seconds / 60.0)
    when c.status = 'failed' and not c.end_unknown then 0
    when c.look_at is not null then greatest(1, ceil(extract(epoch from clock_timestamp() - c.dialled_at) / 60))
    else 1 end::integer
$$;

-- Calls that count against the limits. One that certainly was not dialled does not; it may be again.
create function private.counted_dials(p_organization_id uuid)
returns table (dialled_at timestamptz, minutes integer, cost bigint, is_running boolean)
language sql set search_path = '' as $$
  select c.dialled_at, private.call_minutes(c), c.cost,
    private.is_open_call(c.status) and c.look_at is not null
  from orgline.calls c
  where c.organization_id = p_organization_id and c.dialled_at > now() - interval '1 day'
    and not private.is_not_dialled(c)
  union all
  select e.dialled_at, e.minutes, e.cost, false from orgline.erased_dials e
  where e.organization_id = p_organization_id and e.dialled_at > now() - interval '1 day'
$$;

-- To be called before the calls of a contact are erased, so that erasing does not give calls back.
create function private.keep_counting_dials(p_organization_id uuid, p_contact_id uuid) returns void
language sql set search_path = '' as $$
  insert into orgline.erased_dials (organization_id, dialled_at, minutes, cost)
  select c.organization_id, c.dialled_at, private.call_minutes(c), c.cost from orgline.calls c
  where c.organization_id = p_organization_id and c.contact_id = p_contact_id
    and c.dialled_at > now() - interval '1 day' and not private.is_not_dialled(c);
$$;

-- Refuses a call that may not be made, in the transaction that records it: calls of one organization
-- wait for each other here, so that no two pass a limit together. Asked again about a call that is
-- recorded already, it refuses nothing, unless that one is to be dialled anew.
-- p_guard: {country (of p_to, null where that is not known), countries, daily_calls, daily_minutes,
-- daily_spend, concurrency, minute_cost}; money in micro-dollars.
create function private.guard_outbound_call(o orgline.organizations, p_call_id uuid, p_to text, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.lock_dials_of(o.id);
  if exists (
    select from orgline.calls c
    where c.id = p_call_id and c.organization_id = o.id and not private.is_not_dialled(c)) then
    return;
  end if;
  perform private.guard_destination(o, p_to, p_guard);
  perform private.guard_limits(o, p_guard);
end
$$;

create function private.guard_destination(o orgline.organizations, p_to text, p_guard jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_country text := p_guard ->> 'country';
  v_listed orgline.do_not_call;
begin
  if not coalesce(p_guard -> 'countries' ? v_country, false) then
    raise exception '% is in %, and this server calls %: its operators can add a country (OUTBOUND_COUNTRIES)',
      p_to, coalesce(v_country, 'a country that cannot be told'), private.in_words(p_guard -> 'countries') using errcode = 'OL110';
  end if;
  if o.settings ? 'outbound_countries' and not o.settings -> 'outbound_countries' ? v_country then
    raise exception '% is in %, and organization % calls %: its admins can change that (settings.outbound_countries)',
      p_to, v_country, o.id, private.in_words(o.settings -> 'outbound_countries') using errcode = 'OL110';
  end if;
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

-- A limit of 0 lets nothing through. A call that leaves the 24 hours takes its minutes and its cost
-- along; the limit has room again once what came after that call is below it.
create function private.guard_limits(o orgline.organizations, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_at_once bigint := private.outbound_limit(o, p_guard, 'concurrency');
  v_calls bigint := private.outbound_limit(o, p_guard, 'daily_calls');
  v_minutes bigint := private.outbound_limit(o, p_guard, 'daily_minutes');
  v_spend bigint := private.outbound_limit(o, p_guard, 'daily_spend');
  v_made record;
begin
  select count(*) as calls, coalesce(sum(d.minutes), 0) as minutes, coalesce(sum(d.spend), 0) as spend,
    count(*) filter (where d.is_running) as running,
    min(d.dialled_at) filter (where d.later_calls < v_calls) + interval '1 day' as calls_free_at,
    min(d.dialled_at) filter (where d.later_minutes < v_minutes) + interval '1 day' as minutes_free_at,
    min(d.dialled_at) filter (where d.later_spend < v_spend) + interval '1 day' as spend_free_at
  into v_made
  from (
    select e.*, count(*) over later as later_calls, coalesce(sum(e.minutes) over later, 0) as later_minutes,
      coalesce(sum(e.spend) over later, 0) as later_spend
    from (
      select c.dialled_at, c.minutes, c.is_running, coalesce(c.cost, c.minutes * (p_guard ->> 'minute_cost')::bigint) as spend
      from private.counted_dials(o.id) c) e
    window later as (order by e.dialled_at desc rows between unbounded preceding and 1 preceding)) d;
  if v_made.running >= v_at_once then
    raise exception 'Organization % has % calls at the same time, and may have %: %; the operators of this server can raise '
      'that (settings.outbound_limits.concurrency of the organization, or OUTBOUND_CONCURRENCY)',
      o.id, v_made.running, v_at_once,
      case v_at_once when 0 then 'none is possible with this limit' else 'the next is possible when one of them ends' end
      using errcode = 'OL112';
  end if;
  if v_made.calls >= v_calls then
    perform private.refuse_over_limit(o, 'OL113', 'daily_calls', v_made.calls_free_at,
      format('made %s calls in the last 24 hours, and may make %s', v_made.calls, v_calls));
  end if;
  if v_made.minutes >= v_minutes then
    perform private.refuse_over_limit(o, 'OL114', 'daily_minutes', v_made.minutes_free_at,
      format('called for %s minutes in the last 24 hours, and may for %s', v_made.minutes, v_minutes));
  end if;
  if v_made.spend >= v_spend then
    perform private.refuse_over_limit(o, 'OL115', 'daily_spend', v_made.spend_free_at,
      format('spent about $%s on calls in the last 24 hours, and may spend $%s', private.in_dollars(v_made.spend),
        private.in_dollars(v_spend)));
  end if;
end
$$;

-- The hint is in how many seconds it is worth asking again.
create function private.refuse_over_limit(o orgline.organizations, p_code text, p_name text, p_free_at timestamptz,
  p_words text) returns void
language plpgsql set search_path = '' as $$
begin
  raise exception 'Organization % %: %; the operators of this server can raise that (settings.outbound_limits.% of the '
    'organization, or OUTBOUND_%)',
    o.id, p_words, coalesce('the next is possible at ' || private.in_utc(p_free_at + interval '1 second'),
      'none is possible with this limit'), p_name, upper(p_name)
    using errcode = p_code, hint = ceil(extract(epoch from coalesce(p_free_at - clock_timestamp(), interval '1 day')))::text;
end
$$;

create function private.in_dollars(p_micros numeric) returns text
language sql immutable set search_path = '' as $$
  select to_char(p_micros / 1000000, 'FM999999990.00')
$$;

create function private.in_words(p_countries jsonb) returns text
language sql immutable set search_path = '' as $$
  select coalesce(string_agg(c, ', '), 'no country') from jsonb_array_elements_text(p_countries) c
$$;
