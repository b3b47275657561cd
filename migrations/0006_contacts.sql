-- Customers of organizations. Every row here, and every text and call, belongs to one organization; the
-- composite foreign keys make it impossible to point at another organization's number or contact.
create table orgline.contacts (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  phone_number text not null,
  name text,
  lead_id text,
  -- Null: it follows what happened.
  lead_status text check (lead_status in ('New Inquiry', 'Active Lead', 'Returning Customer')),
  -- One that was merged away keeps its number, so that whoever calls from it is still known.
  merged_into uuid check (merged_into <> id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, phone_number),
  constraint contacts_merged_into foreign key (organization_id, merged_into)
    references orgline.contacts (organization_id, id) on delete cascade
);
create index contacts_list on orgline.contacts (organization_id, created_at, id) where merged_into is null;
create index contacts_merged on orgline.contacts (merged_into) where merged_into is not null;

alter table orgline.contacts enable row level security;
revoke all on orgline.contacts from anon, authenticated, service_role;
grant select on orgline.contacts to authenticated;
create policy members_read on orgline.contacts for select to authenticated using (private.is_member(organization_id));

-- What was erased must not come back by a late or repeated event: the ids of its calls and texts, and
-- a hash of organization and number for what began before. Nothing here tells what was said, or by whom.
create table orgline.erased_keys (
  key text primary key,
  -- Whose it was: what is told of it later is erased in that organization's name.
  organization_id uuid references orgline.organizations (id),
  erased_at timestamptz not null
);
create index erased_keys_age on orgline.erased_keys (erased_at);
alter table orgline.erased_keys enable row level security;
revoke all on orgline.erased_keys from anon, authenticated, service_role;

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
comment on column orgline.carrier_erasures.kind is
  'messages and calls, with their media and recordings, are Twilio''s; conversations ElevenLabs''';
comment on column orgline.carrier_erasures.next_run_at is 'pushed away, it is the lease of whoever erases it';
create index carrier_erasures_due on orgline.carrier_erasures (next_run_at) where done_at is null;
create index carrier_erasures_age on orgline.carrier_erasures (done_at) where done_at is not null;
alter table orgline.carrier_erasures enable row level security;
revoke all on orgline.carrier_erasures from anon, authenticated, service_role;
