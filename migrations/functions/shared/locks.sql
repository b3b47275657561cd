-- Advisory locks, all of them.

-- Two of these at once, in one organization, wait for each other: their rows have many orders.
create function private.lock_contacts(p_organization_id uuid) returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended(p_organization_id::text, 20))
$$;

-- Held by those who record answers together, by one who erases alone: an answer of this moment either
-- is there before, and is erased, or finds out that it must not be kept.
create function private.answers_lock() returns bigint
language sql immutable set search_path = '' as $$
  select hashtextextended('idempotency_keys', 32)
$$;

-- Against a keyword and a refusal of the same moment, neither of which would see the other.
create function private.lock_opt_out(p_organization_id uuid, p_customer text) returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended(p_organization_id::text || p_customer, 6))
$$;

-- Counting and what the caller records after it must be one step for all orders, or two could pass
-- the limit together. Taken after the rows of orders and before those of numbers and organizations, so
-- that no two wait for each other.
create function private.lock_purchase_limit() returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended('purchase limit', 2))
$$;

-- Whoever changes how the numbers of an organization are to be, and whoever gives it one that is live
-- at once, go one after the other: a number given at that very moment would be missed.
create function private.lock_numbers_of(p_organization_id uuid) returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended(p_organization_id::text, 5))
$$;

-- Against what is told of a call while it is being recorded.
create function private.lock_call(p_provider_call_id text) returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended(p_provider_call_id, 4))
$$;
