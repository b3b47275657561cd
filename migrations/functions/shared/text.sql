-- Values written as text.

create function private.in_utc(p_at timestamptz) returns text
language sql stable set search_path = '' as $$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;

-- Minutes as carriers count them: each that was begun, and one for a call that took place.
create function private.minutes_of(p_seconds integer) returns integer
language plpgsql immutable set search_path = '' as $$
begin
  return greatest(1, ceil(coalesce(p_seconds, 0) / 60.0))::integer;
end
$$;

-- Which customer of which organization, without telling either.
create function private.erased_customer(p_organization_id uuid, p_phone_number text) returns text
language sql immutable set search_path = '' as $$
  select encode(sha256(convert_to(p_organization_id::text || p_phone_number, 'UTF8')), 'hex')
$$;

-- The number of an address, which on other channels than the telephone's has a word in front.
create function private.bare_address(p_address text) returns text
language sql immutable as $$
  select regexp_replace(p_address, '^(whatsapp|rcs):', '')
$$;
