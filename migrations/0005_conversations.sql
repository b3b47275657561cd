-- Customers, texts and calls. Every row belongs to one organization; the composite foreign keys make
-- it impossible to point at another organization's number or contact.
create table orgline.contacts (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  phone_number text not null,
  name text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, phone_number)
);

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
  status text not null,
  request_id text,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, organization_phone_number_id) references orgline.organization_phone_numbers (organization_id, id),
  foreign key (organization_id, contact_id) references orgline.contacts (organization_id, id)
);
create index messages_contact on orgline.messages (contact_id, created_at);
create index messages_organization on orgline.messages (organization_id, created_at);

create table orgline.calls (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  organization_phone_number_id uuid not null,
  contact_id uuid,
  direction text not null check (direction in ('inbound', 'outbound')),
  provider_call_id text unique,
  conversation_id text unique,
  agent_id text,
  from_number text not null,
  to_number text not null,
  status text not null,
  summary text,
  request_id text,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  foreign key (organization_id, organization_phone_number_id) references orgline.organization_phone_numbers (organization_id, id),
  foreign key (organization_id, contact_id) references orgline.contacts (organization_id, id)
);
create index calls_contact on orgline.calls (contact_id, created_at);
create index calls_organization on orgline.calls (organization_id, created_at);

alter table orgline.contacts enable row level security;
alter table orgline.messages enable row level security;
alter table orgline.calls enable row level security;
revoke all on orgline.contacts, orgline.messages, orgline.calls from anon, authenticated;
grant select on orgline.contacts, orgline.messages, orgline.calls to authenticated;

create policy members_read on orgline.contacts for select to authenticated using (private.is_member(organization_id));
create policy members_read on orgline.messages for select to authenticated using (private.is_member(organization_id));
create policy members_read on orgline.calls for select to authenticated using (private.is_member(organization_id));
