-- Work that one server of several does at a time, and no oftener than it is due.
create table public.leases (
  name text primary key,
  token uuid,
  lease_until timestamptz,
  due_at timestamptz not null default now(),
  -- What one run leaves for the next, e.g. how far it came.
  state jsonb not null default '{}'
);
alter table public.leases enable row level security;
revoke all on public.leases from anon, authenticated;

-- Conversations whose event is kept already are not fetched again.
create index webhook_events_conversation on public.webhook_events ((event ->> 'conversation_id'));
