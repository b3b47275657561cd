-- One row per number we have, or are about to have. Amounts are micro-dollars.
create table orgline.phone_numbers (
  id uuid primary key default gen_random_uuid(),
  phone_number text not null check (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
  country text not null,
  region text,
  area_code text,
  provider text not null default 'twilio',
  twilio_phone_sid text,
  elevenlabs_phone_id text,
  capabilities jsonb not null default '{}',
  monthly_cost bigint,
  status text not null check (status in ('purchasing', 'purchased', 'imported', 'configured', 'assigned', 'quarantined', 'released', 'failed')),
  sms_status text not null default 'pending' check (sms_status in ('ready', 'needs_registration', 'pending', 'unsupported')),
  agent_id text,
  last_traffic_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint bought_numbers_have_a_sid check (status in ('purchasing', 'released', 'failed') or twilio_phone_sid is not null)
);
create unique index phone_numbers_live_number on orgline.phone_numbers (phone_number) where status not in ('released', 'failed');
create unique index phone_numbers_live_twilio on orgline.phone_numbers (twilio_phone_sid) where status not in ('released', 'failed');
create unique index phone_numbers_live_elevenlabs on orgline.phone_numbers (elevenlabs_phone_id) where status not in ('released', 'failed');
create index phone_numbers_status on orgline.phone_numbers (status, created_at);

-- Who holds a number, from when to when. Calls and messages point here, so history never follows a
-- number to its next owner.
create table orgline.organization_phone_numbers (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  phone_number_id uuid not null references orgline.phone_numbers (id),
  is_active boolean not null default false,
  assigned_at timestamptz not null default now(),
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  check (ended_at is null or not is_active)
);
create unique index organization_phone_numbers_one_holder on orgline.organization_phone_numbers (phone_number_id) where ended_at is null;
create index organization_phone_numbers_organization on orgline.organization_phone_numbers (organization_id, created_at);

alter table orgline.organizations add constraint organizations_default_phone_number
  foreign key (id, default_phone_number_id) references orgline.organization_phone_numbers (organization_id, id);

alter table orgline.phone_numbers enable row level security;
alter table orgline.organization_phone_numbers enable row level security;
revoke all on orgline.phone_numbers, orgline.organization_phone_numbers from anon, authenticated;
grant select on orgline.phone_numbers, orgline.organization_phone_numbers to authenticated;

create policy members_read on orgline.organization_phone_numbers for select to authenticated
  using (private.is_member(organization_id));
create policy holders_read on orgline.phone_numbers for select to authenticated
  using (exists (
    select from orgline.organization_phone_numbers h
    where h.phone_number_id = phone_numbers.id and h.ended_at is null and private.is_member(h.organization_id)
  ));
