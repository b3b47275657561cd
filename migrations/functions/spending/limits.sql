-- Limits: which one counts, and what a refusal says of money.

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

create function private.in_dollars(p_micros numeric) returns text
language sql immutable set search_path = '' as $$
  select to_char(p_micros / 1000000, 'FM999999990.00')
$$;
