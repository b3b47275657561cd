-- Texts that organizations send: what became of each, who wants none, and from which numbers.
alter table orgline.messages
  add column lead_id text,
  add column error_code text,
  add column failure_reason text,
  add column look_at timestamptz,
  add column looks integer not null default 0,
  add column updated_at timestamptz not null default now(),
  add constraint messages_status check (
    status in ('queued', 'unknown', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'received'));
create index messages_due on orgline.messages (look_at) where look_at is not null;
comment on column orgline.messages.status is
  'outbound: queued before it is sent, unknown while nobody can tell whether it was; then as the carrier tells';
comment on column orgline.messages.error_code is 'the carrier''s own';

-- Customers who want no texts of an organization, from whichever of its numbers. No reference to
-- contacts: the wish outlives what else is known of a customer.
create table orgline.opt_outs (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  phone_number text not null,
  our_number text not null,
  word text not null,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, phone_number)
);
comment on column orgline.opt_outs.word is 'what the customer wrote, or the carrier''s error that told of it';
alter table orgline.opt_outs enable row level security;
revoke all on orgline.opt_outs from anon, authenticated;

-- Kept events are of calls or of messages; each kind is applied by its own functions.
alter table orgline.webhook_events
  add column kind text not null default 'call' check (kind in ('call', 'message'));
create index webhook_events_message on orgline.webhook_events ((event ->> 'sid')) where kind = 'message';

-- A customer's STOP counts for a whole Messaging Service, so none belongs to two organizations.
create unique index organizations_messaging_service on orgline.organizations ((settings ->> 'messaging_service_sid'));

-- The service that a number is attached to at the carrier, and why it is not in the one it should be.
alter table orgline.phone_numbers
  add column messaging_service_sid text,
  add column sms_error text,
  add column sms_try_at timestamptz not null default now();
