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
  status text not null check (
    status in ('purchasing', 'purchased', 'imported', 'configured', 'assigned', 'quarantined', 'released', 'failed')),
  -- The agent of its organization that it is, or is to be, bound to. Null: the deployment's, which is a
  -- setting that may change, so the numbers that go by it do not name it.
  agent_id text,
  last_traffic_at timestamptz,
  -- A number is paid for from its purchase on, by whichever way it came.
  bought_at timestamptz,
  -- Set when what it should be outside has changed, cleared when it was settled.
  settle_due_at timestamptz,
  settle_attempts integer not null default 0,
  -- Registration for texting, which is checked again and again: the Messaging Service it is attached to
  -- at the carrier, and why it is not in the one it should be.
  sms_status text not null default 'pending' check (sms_status in ('ready', 'needs_registration', 'pending', 'unsupported')),
  messaging_service_sid text,
  messaging_service_joined boolean not null default false,
  sms_error text,
  sms_try_at timestamptz not null default now(),
  sms_check_at timestamptz not null default now(),
  sms_known_at timestamptz,
  sms_hold_until timestamptz,
  -- The way out: quarantine, until release_at; from releasing_at on there is no way back.
  quarantined_at timestamptz,
  release_at timestamptz,
  releasing_at timestamptz,
  release_attempts integer not null default 0,
  released_at timestamptz,
  -- While a number is in quarantine, its SMS URL at Twilio carries the id of that quarantine: a proof
  -- that does not go back in time with this database.
  -- Of the present quarantine, or else of the last one: the holding that ended with it, where there was one.
  quarantine_id uuid,
  -- Of earlier quarantines, and what a person has said to be over.
  past_marks text[] not null default '{}',
  -- Since when Twilio is known to show the mark of the present quarantine: nobody writes it again.
  mark_seen_at timestamptz,
  -- What Twilio showed instead when the number was left alone; empty: no mark.
  mark_doubt text,
  inactive_reported_at timestamptz,
  -- Since when it, which should be ours, is missing at the carrier.
  ghost_since timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint bought_numbers_have_a_sid check (status in ('purchasing', 'released', 'failed') or twilio_phone_sid is not null),
  constraint phone_numbers_quarantine check ((status = 'quarantined') = (release_at is not null)),
  constraint phone_numbers_agent foreign key (agent_id) references orgline.agents (elevenlabs_agent_id)
);
comment on column orgline.phone_numbers.messaging_service_sid is
  'the Messaging Service it is in, or may be in: written before the carrier is asked to put it there';
comment on column orgline.phone_numbers.messaging_service_joined is 'the carrier has said that it is in that service';
comment on column orgline.phone_numbers.sms_check_at is 'when its service is read again';
comment on column orgline.phone_numbers.sms_known_at is
  'since when its registration is as it is known; what becomes of older texts tells nothing of it';
comment on column orgline.phone_numbers.sms_hold_until is
  'the carrier refused a text for its registration: until then it is not ready, whatever its service looks like';
create unique index phone_numbers_live_number on orgline.phone_numbers (phone_number) where status not in ('released', 'failed');
create unique index phone_numbers_live_twilio on orgline.phone_numbers (twilio_phone_sid) where status not in ('released', 'failed');
create unique index phone_numbers_live_elevenlabs on orgline.phone_numbers (elevenlabs_phone_id) where status not in ('released', 'failed');
-- A number that was given back, or never bought, and turns up in the account.
create index phone_numbers_gone_twilio on orgline.phone_numbers (twilio_phone_sid) where status in ('released', 'failed');
create index phone_numbers_status on orgline.phone_numbers (status, created_at);
-- What a sign-up picks from.
create index phone_numbers_pool on orgline.phone_numbers (country, area_code, created_at) where status = 'configured';
create index phone_numbers_agent on orgline.phone_numbers (agent_id);
create index phone_numbers_settle_due on orgline.phone_numbers (settle_due_at) where settle_due_at is not null;
create index phone_numbers_service_check on orgline.phone_numbers (sms_check_at) where messaging_service_joined;
create index phone_numbers_release_due on orgline.phone_numbers (release_at) where release_at is not null;
-- Whose a number was, and when: asked with every report of a call, and for every month's bill.
create index phone_numbers_number on orgline.phone_numbers (phone_number);

create function private.note_purchase() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.bought_at := clock_timestamp();
  return new;
end
$$;
revoke execute on function private.note_purchase() from public, anon, authenticated;
create trigger note_purchase before insert or update of status on orgline.phone_numbers
  for each row when (new.bought_at is null and new.status not in ('purchasing', 'failed'))
  execute function private.note_purchase();

-- Who holds a number, from when to when. Calls and messages point here, so history never follows a
-- number to its next owner.
create table orgline.organization_phone_numbers (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  phone_number_id uuid not null references orgline.phone_numbers (id),
  is_active boolean not null default false,
  -- How the organization came to it: from the pool, at once; and which area code it had asked for.
  from_pool boolean not null default false,
  requested_area_code text,
  assigned_at timestamptz not null default now(),
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  check (ended_at is null or not is_active)
);
create unique index organization_phone_numbers_one_holder on orgline.organization_phone_numbers (phone_number_id) where ended_at is null;
create index organization_phone_numbers_organization on orgline.organization_phone_numbers (organization_id, created_at);
create index organization_phone_numbers_number on orgline.organization_phone_numbers (phone_number_id, assigned_at);
create index organization_phone_numbers_from_pool on orgline.organization_phone_numbers (assigned_at) where from_pool;

alter table orgline.organizations add constraint organizations_default_phone_number
  foreign key (id, default_phone_number_id) references orgline.organization_phone_numbers (organization_id, id);

alter table orgline.phone_numbers enable row level security;
alter table orgline.organization_phone_numbers enable row level security;
revoke all on orgline.phone_numbers, orgline.organization_phone_numbers from anon, authenticated, service_role;
grant select on orgline.phone_numbers, orgline.organization_phone_numbers to authenticated;
create policy members_read on orgline.organization_phone_numbers for select to authenticated
  using (private.is_member(organization_id));
create policy holders_read on orgline.phone_numbers for select to authenticated
  using (exists (
    select from orgline.organization_phone_numbers h
    where h.phone_number_id = phone_numbers.id and h.ended_at is null and private.is_member(h.organization_id)
  ));
