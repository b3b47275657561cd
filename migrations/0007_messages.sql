-- Texts: what became of each that was sent, and what customers wrote.
create table orgline.messages (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  organization_phone_number_id uuid not null,
  contact_id uuid,
  direction text not null check (direction in ('inbound', 'outbound')),
  provider_message_id text unique,
  from_number text not null,
  to_number text not null,
  body text not null default '',
  media jsonb not null default '[]',
  segments integer,
  -- A refused text may be told of after the START that followed it.
  keyword text check (keyword in ('stop', 'start', 'help')),
  status text not null,
  error_code text,
  failure_reason text,
  request_id text,
  lead_id text,
  look_at timestamptz,
  looks integer not null default 0,
  caught_up_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, organization_phone_number_id) references orgline.organization_phone_numbers (organization_id, id),
  foreign key (organization_id, contact_id) references orgline.contacts (organization_id, id),
  constraint messages_status check (
    status in ('queued', 'unknown', 'sending', 'sent', 'delivered', 'undelivered', 'failed', 'received'))
);
comment on column orgline.messages.keyword is 'what an inbound text asks for, where it is nothing but that';
comment on column orgline.messages.status is
  'outbound: queued before it is sent, unknown while nobody can tell whether it was; then as the carrier tells';
comment on column orgline.messages.error_code is 'the carrier''s own';
comment on column orgline.messages.caught_up_at is
  'when an inbound text was taken in that no webhook told of; created_at is the carrier''s time then. '
  'More than ten minutes apart it is late (private.is_late), and nothing automatic may ever answer it';
create index messages_contact on orgline.messages (contact_id, created_at);
create index messages_organization on orgline.messages (organization_id, created_at);
create index messages_due on orgline.messages (look_at) where look_at is not null;
-- Texts of all organizations since the carrier's were last listed.
create index messages_created on orgline.messages (created_at);

alter table orgline.messages enable row level security;
revoke all on orgline.messages from anon, authenticated, service_role;
grant select on orgline.messages to authenticated;
create policy members_read on orgline.messages for select to authenticated using (private.is_member(organization_id));

-- Customers who want no texts of an organization, from whichever of its numbers. No reference to
-- contacts: the wish outlives what else is known of a customer.
create table orgline.opt_outs (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  phone_number text not null,
  our_number text not null,
  word text not null,
  -- Which of two keywords was said last decides, also where they were heard in another order.
  said_at timestamptz not null default now(),
  is_carrier_time boolean not null default false,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, phone_number)
);
comment on column orgline.opt_outs.word is 'what the customer wrote, or the carrier''s error that told of it';
comment on column orgline.opt_outs.said_at is
  'when the customer said so: by our clock when a webhook told of it, or was refused; by the carrier''s where is_carrier_time';
alter table orgline.opt_outs enable row level security;
revoke all on orgline.opt_outs from anon, authenticated, service_role;

-- Texts and calls that were refused, because nobody held their number: whoever reads the carrier's
-- lists must not take them for missed. Nothing here tells who it was.
create table orgline.refused_arrivals (
  provider_id text primary key,
  refused_at timestamptz not null default clock_timestamp()
);
create index refused_arrivals_age on orgline.refused_arrivals (refused_at);
alter table orgline.refused_arrivals enable row level security;
revoke all on orgline.refused_arrivals from anon, authenticated, service_role;
