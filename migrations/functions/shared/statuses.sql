-- What statuses mean, where a question is asked of several at once. Planned as if they stood in the query
-- itself (no `set`, so that PostgreSQL inlines them), partial indexes included.

-- An order that goes on by itself, or that waits for a person.
create function private.is_open_order(p_status text) returns boolean
language sql immutable as $$
  select p_status in ('running', 'needs_attention')
$$;

-- A number that is ours, or may be: its purchase may still be confirmed.
create function private.may_be_ours(p_status text) returns boolean
language sql immutable as $$
  select p_status not in ('released', 'failed')
$$;

-- A number that is ours for certain, and paid for.
create function private.is_owned(p_status text) returns boolean
language sql immutable as $$
  select p_status in ('purchased', 'imported', 'configured', 'assigned', 'quarantined')
$$;

-- A number of ours that was not given up.
create function private.is_in_use(p_status text) returns boolean
language sql immutable as $$
  select p_status in ('purchased', 'imported', 'configured', 'assigned')
$$;

-- A number that is set up, for its organization or in the pool.
create function private.is_live(p_status text) returns boolean
language sql immutable as $$
  select p_status in ('configured', 'assigned')
$$;

-- A number that calls come to, and go out from, for the organization that holds it.
create function private.is_in_service(p_status text) returns boolean
language sql immutable as $$
  select p_status = 'assigned'
$$;

-- A call that is not over yet, as far as anybody knows.
create function private.is_open_call(p_status text) returns boolean
language sql immutable as $$
  select p_status in ('initiating', 'unknown', 'in-progress')
$$;

-- A call of which nobody knows whether it was dialled.
create function private.is_undecided_call(p_status text) returns boolean
language sql immutable as $$
  select p_status in ('initiating', 'unknown')
$$;

create function private.is_ended_call(p_status text) returns boolean
language sql immutable as $$
  select p_status in ('completed', 'failed')
$$;

-- All states of a number: what looks for numbers by their digits looks in each.
create function private.number_statuses() returns text[]
language sql immutable as $$
  select array['purchasing', 'purchased', 'imported', 'configured', 'assigned', 'quarantined', 'released', 'failed']
$$;

-- Both ways that calls and texts go, and all states that they may be in: lists that are narrowed to some look at each.
create function private.directions() returns text[]
language sql immutable as $$
  select array['inbound', 'outbound']
$$;

create function private.message_statuses() returns text[]
language sql immutable as $$
  select array['queued', 'unknown', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'received']
$$;

create function private.call_statuses() returns text[]
language sql immutable as $$
  select array['initiating', 'unknown', 'in-progress', 'completed', 'failed']
$$;
