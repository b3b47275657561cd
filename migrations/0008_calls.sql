-- Calls: what is known of each, and what the loop needs to find out what it was not told.
create table orgline.calls (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  -- A call from the deployment's default number belongs to no holding.
  organization_phone_number_id uuid,
  from_fallback boolean not null default false,
  contact_id uuid,
  direction text not null check (direction in ('inbound', 'outbound')),
  provider_call_id text unique,
  conversation_id text unique,
  agent_id text,
  from_number text not null,
  to_number text not null,
  status text not null,
  -- From when on it counts; not for calls that were made past this server.
  dialled_at timestamptz,
  started_at timestamptz,
  duration_seconds integer check (duration_seconds >= 0),
  cost bigint check (cost >= 0),
  outcome text check (outcome in ('success', 'failure', 'unknown')),
  failure_reason text,
  -- Calls whose end nobody told end all the same.
  end_unknown boolean not null default false,
  summary text,
  transcript jsonb,
  -- The last ten turns, cut short: what the next call may recall without reading whole transcripts.
  exchanges jsonb not null default '[]',
  -- What a caller leaves on tape when no agent could answer.
  recording_url text,
  request_id text,
  lead_id text,
  look_at timestamptz,
  looks integer not null default 0,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, organization_phone_number_id) references orgline.organization_phone_numbers (organization_id, id),
  foreign key (organization_id, contact_id) references orgline.contacts (organization_id, id),
  constraint calls_status check (status in ('initiating', 'unknown', 'in-progress', 'completed', 'failed')),
  constraint calls_number check (organization_phone_number_id is not null or from_fallback)
);
comment on column orgline.calls.dialled_at is 'when it was last to be dialled by us; limits count from then';
comment on column orgline.calls.cost is 'micro-dollars';
comment on column orgline.calls.outcome is 'whether the agent reached what the call was for, as the voice platform judges it';
comment on column orgline.calls.end_unknown is
  'failed, because its end was not reported and is not looked for any more; '
  'it may have been dialled, and a report that still comes is applied';
-- A customer's calls in the order in which they began: the end of an older call may be told later.
create index calls_contact_began on orgline.calls (contact_id, (coalesce(started_at, created_at)), created_at);
create index calls_organization on orgline.calls (organization_id, created_at);
create index calls_list on orgline.calls (organization_id, (coalesce(started_at, created_at)), id);
create index calls_due on orgline.calls (look_at) where look_at is not null;
-- Calls that no conversation is known of yet, by their two numbers.
create index calls_unconfirmed on orgline.calls (from_number, to_number) where conversation_id is null;
create index calls_dialled on orgline.calls (organization_id, dialled_at) where dialled_at is not null;
-- Calls of all organizations since the carrier's were last listed.
create index calls_created on orgline.calls (created_at);

alter table orgline.calls enable row level security;
revoke all on orgline.calls from anon, authenticated, service_role;
grant select on orgline.calls to authenticated;
create policy members_read on orgline.calls for select to authenticated using (private.is_member(organization_id));

-- What erased calls still count against the limits of their organization; nothing of whom they reached.
create table orgline.erased_dials (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  dialled_at timestamptz not null,
  minutes integer not null check (minutes >= 0),
  cost bigint check (cost >= 0)
);
comment on column orgline.erased_dials.cost is 'micro-dollars; null where it was not known';
create index erased_dials_counted on orgline.erased_dials (organization_id, dialled_at);
alter table orgline.erased_dials enable row level security;
revoke all on orgline.erased_dials from anon, authenticated, service_role;

-- Numbers that must not be called: by one organization, or (without one) by anybody here. No reference
-- to contacts: the wish outlives what else is known of a customer.
create table orgline.do_not_call (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid references orgline.organizations (id),
  phone_number text not null,
  reason text,
  -- The user, or the key, that entered it; null for an operator.
  created_by uuid,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  unique nulls not distinct (organization_id, phone_number)
);
create index do_not_call_listed on orgline.do_not_call (organization_id, created_at, id);
alter table orgline.do_not_call enable row level security;
revoke all on orgline.do_not_call from anon, authenticated, service_role;

-- Events that cannot be applied yet, because nobody knows their call or message; deleted once applied.
-- Each kind is applied by its own functions. The end of a call may be told before the call is recorded.
create table orgline.webhook_events (
  id uuid primary key default gen_random_uuid(),
  event_key text not null unique,
  kind text not null default 'call' check (kind in ('call', 'call_status', 'message')),
  event jsonb not null,
  received_at timestamptz not null default now(),
  next_try_at timestamptz not null default now() + interval '1 minute'
);
create index webhook_events_due on orgline.webhook_events (next_try_at);
-- Conversations whose event is kept already are not fetched again.
create index webhook_events_conversation on orgline.webhook_events ((event ->> 'conversation_id'));
create index webhook_events_message on orgline.webhook_events ((event ->> 'sid')) where kind = 'message';
alter table orgline.webhook_events enable row level security;
revoke all on orgline.webhook_events from anon, authenticated, service_role;
