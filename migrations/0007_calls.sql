-- What is known of a call when it has ended, and what the loop needs to find out what it was not told.
alter table orgline.contacts add column lead_id text;

alter table orgline.calls
  -- A call from the deployment's default number belongs to no holding.
  alter column organization_phone_number_id drop not null,
  add column from_fallback boolean not null default false,
  add column lead_id text,
  add column started_at timestamptz,
  add column duration_seconds integer check (duration_seconds >= 0),
  add column cost bigint check (cost >= 0),
  add column transcript jsonb,
  -- The last ten turns, cut short: what the next call may recall without reading whole transcripts.
  add column exchanges jsonb not null default '[]',
  add column failure_reason text,
  add column look_at timestamptz,
  add column looks integer not null default 0,
  add constraint calls_status check (status in ('initiating', 'unknown', 'in-progress', 'completed', 'failed')),
  add constraint calls_number check (organization_phone_number_id is not null or from_fallback);
create index calls_due on orgline.calls (look_at) where look_at is not null;
comment on column orgline.calls.cost is 'micro-dollars';

-- Events that cannot be applied yet, because nobody knows their call; deleted once applied.
create table orgline.webhook_events (
  id uuid primary key default gen_random_uuid(),
  event_key text not null unique,
  event jsonb not null,
  received_at timestamptz not null default now(),
  next_try_at timestamptz not null default now() + interval '1 minute'
);
create index webhook_events_due on orgline.webhook_events (next_try_at);
alter table orgline.webhook_events enable row level security;
revoke all on orgline.webhook_events from anon, authenticated;
