-- Work that one server of several does at a time, and no oftener than it is due.
create table orgline.leases (
  name text primary key,
  token uuid,
  lease_until timestamptz,
  due_at timestamptz not null default now(),
  -- What one run leaves for the next, e.g. how far it came.
  state jsonb not null default '{}'
);
alter table orgline.leases enable row level security;
revoke all on orgline.leases from anon, authenticated;

-- Conversations whose event is kept already are not fetched again.
create index webhook_events_conversation on orgline.webhook_events ((event ->> 'conversation_id'));
