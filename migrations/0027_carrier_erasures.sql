-- Erasing a customer erases what the carriers keep of them, too.

-- What carriers still have of erased customers, by their own ids; nothing here tells who it was, or
-- what was said.
create table orgline.carrier_erasures (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  kind text not null check (kind in ('message', 'call', 'conversation')),
  provider_id text not null unique,
  requested_at timestamptz not null default clock_timestamp(),
  attempts integer not null default 0,
  next_run_at timestamptz not null default clock_timestamp(),
  done_at timestamptz,
  unique (organization_id, id)
);
comment on column orgline.carrier_erasures.kind is 'messages and calls, with their media and recordings, are Twilio''s; conversations ElevenLabs''';
comment on column orgline.carrier_erasures.next_run_at is 'pushed away, it is the lease of whoever erases it';
create index carrier_erasures_due on orgline.carrier_erasures (next_run_at) where done_at is null;
create index carrier_erasures_age on orgline.carrier_erasures (done_at) where done_at is not null;
alter table orgline.carrier_erasures enable row level security;
revoke all on orgline.carrier_erasures from anon, authenticated;

-- Whose it was that was erased: what is told of it later is erased in that organization's name.
alter table orgline.erased_keys add column organization_id uuid references orgline.organizations (id);

-- A carrier tells what something has cost only as long as it has it, so it is erased once that is known
-- of all its legs.
alter table orgline.carrier_charges add column parent_sid text;
create index carrier_charges_parent on orgline.carrier_charges (parent_sid) where parent_sid is not null;

alter table orgline.admin_notifications
  drop constraint admin_notifications_type_check,
  add constraint admin_notifications_type_check check (type in (
    'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_person',
    'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
    'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed'));
