-- The guard before every way to spend: where to, how much to one customer, by the organization, by the
-- account. Each is asked in the transaction that records what it lets through.

-- p_guard: {country (of p_to, null where that is not known), countries, …}: see spending-limits.ts.
create function private.guard_country(o orgline.organizations, p_to text, p_guard jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_country text := p_guard ->> 'country';
begin
  if not coalesce(p_guard -> 'countries' ? v_country, false) then
    raise exception 'country_not_served' using errcode = 'OL110',
      detail = jsonb_build_object('number', p_to, 'country', v_country, 'countries', p_guard -> 'countries');
  end if;
  if o.settings ? 'outbound_countries' and not o.settings -> 'outbound_countries' ? v_country then
    raise exception 'country_not_chosen' using errcode = 'OL110', detail = jsonb_build_object(
      'number', p_to, 'country', v_country, 'organization_id', o.id, 'countries', o.settings -> 'outbound_countries');
  end if;
end
$$;

-- The most of one kind, call or text, that one customer may get from one organization in 24 hours. Whoever callers are put
-- through to is no customer: an admin has entered that number. p_more: segments of a text; 1 for a call.
create function private.guard_customer(o orgline.organizations, p_kind text, p_to text, p_more integer, p_guard jsonb) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_name text := case p_kind when 'text' then 'customer_daily_segments' else 'customer_daily_calls' end;
  v_limit bigint := coalesce((o.settings -> 'outbound_limits' ->> v_name)::bigint, (p_guard ->> v_name)::bigint);
  v_at timestamptz[];
  v_amounts bigint[];
begin
  select array_agg(m.at), array_agg(case p_kind when 'text' then m.segments else 1 end) into v_at, v_amounts
  from private.outlays_of(o.id, p_to) m where m.is_to and m.kind = p_kind;
  perform private.refuse_until(
    private.room_at(v_limit, p_more, interval '1 day', v_at, v_amounts),
    case p_kind when 'text' then 'OL117' else 'OL116' end,
    case p_kind when 'text' then 'texts_to_customer' else 'calls_to_customer' end,
    jsonb_build_object('number', p_to, 'organization_id', o.id, 'limit', v_limit));
end
$$;

-- What the organization spent on calls, texts, the agents that answer those, and forwarding. A call costs what was told, and p_guard's
-- minute_cost until then.
create function private.guard_spend(o orgline.organizations, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_limit bigint := private.outbound_limit(o, p_guard, 'daily_spend');
  v_at timestamptz[];
  v_amounts bigint[];
  v_spent bigint;
begin
  select array_agg(s.at), array_agg(s.spend), coalesce(sum(s.spend), 0) into v_at, v_amounts, v_spent
  from (
    select c.dialled_at as at, coalesce(c.cost, c.minutes * (p_guard ->> 'minute_cost')::bigint) as spend
    from private.counted_dials(o.id) c where c.kind = 'call'
    union all
    select m.at, m.outlay from private.outlays_of(o.id, '') m where m.kind <> 'call') s;
  perform private.refuse_until(
    private.room_at(v_limit, 1, interval '1 day', v_at, v_amounts), 'OL115', 'spend_in_a_day', jsonb_build_object(
      'organization_id', o.id, 'spent', private.in_dollars(v_spent), 'limit', private.in_dollars(v_limit)));
  perform private.mail_budget(o.id, v_spent, v_limit);
end
$$;

-- Most of what an organization may spend in a day is spent: its admins are mailed, once a day.
create function private.mail_budget(p_organization_id uuid, p_spent bigint, p_limit bigint) returns void
language plpgsql set search_path = '' as $$
begin
  if p_limit = 0 or p_spent * 5 < p_limit * 4 or exists (
    select from orgline.mails m
    where m.organization_id = p_organization_id and m.event_type = 'budget.nearly_spent' and m.created_at > now() - interval '1 day') then
    return;
  end if;
  insert into orgline.mails (kind, organization_id, facts, event_type, recipient)
  select 'organization', o.id, jsonb_build_object('spent', private.in_dollars(p_spent), 'limit', private.in_dollars(p_limit)),
    'budget.nearly_spent', m.email
  from orgline.deployment d, orgline.organizations o join orgline.organization_members m on m.organization_id = o.id
  where 'organization' = any (d.mail_kinds) and o.id = p_organization_id and coalesce((o.settings ->> 'alert_mails')::boolean, true)
    and m.role = 'admin' and m.email is not null
  -- As many as private.mail_organization mails of what happens.
  order by m.created_at, m.user_id limit 20;
end
$$;

-- The account behind an organization: who signed it up, with all organizations that are that user's. One
-- that an operator signed up is an account of its own.
create function private.account_of(o orgline.organizations) returns uuid
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(o.created_by, o.id);
end
$$;

-- All organizations of that account; an account is as old as the first of them.
create function private.organizations_of_account(o orgline.organizations) returns table (id uuid, created_at timestamptz)
language sql stable set search_path = '' as $$
  select g.id, g.created_at from orgline.organizations g where g.id = o.id or g.created_by = o.created_by
$$;

-- To be called by whoever spends, before it looks at what was spent: the organizations of one account wait
-- for each other, so that no two pass a limit together. A new account then has NEW_ACCOUNT_DAILY_SPEND for
-- everything that it may ask for, p_outlay with it: numbers, agents and calls at their longest, texts, the agents that answer
-- those, forwarding.
create function private.guard_account(o orgline.organizations, p_outlay bigint, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_limit bigint := coalesce(
    (o.settings -> 'outbound_limits' ->> 'account_daily_spend')::bigint, (p_guard ->> 'account_daily_spend')::bigint);
  v_organizations uuid[];
  v_began timestamptz;
  v_at timestamptz[];
  v_amounts bigint[];
  v_room_at timestamptz;
begin
  perform private.lock_spending_of(private.account_of(o));
  select array_agg(g.id), min(g.created_at) into v_organizations, v_began
  from private.organizations_of_account(o) g;
  if not private.is_new(v_began, p_guard) then
    return;
  end if;
  select array_agg(s.at), array_agg(s.outlay) into v_at, v_amounts
  from unnest(v_organizations) g(id)
  cross join lateral (
    select m.at, m.outlay from private.outlays_of(g.id, '') m
    union all
    select a.at, a.outlay from private.outlays_of_agents(g.id, p_guard) a
    union all
    select n.at, (p_guard ->> 'number_cost')::bigint from private.numbers_added(g.id) n) s;
  v_room_at := private.room_at(v_limit, p_outlay, interval '1 day', v_at, v_amounts);
  -- What stays leaves no room as long as the account is new; then it needs none.
  perform private.refuse_until(
    case when v_room_at is not null then least(v_room_at, v_began + make_interval(days => (p_guard ->> 'new_days')::integer)) end, 'OL120',
    'spend_of_new_account', jsonb_build_object(
      'limit', private.in_dollars(v_limit), 'spent', private.in_dollars((select coalesce(sum(a), 0) from unnest(v_amounts) a)),
      'outlay', private.in_dollars(p_outlay)));
end
$$;
