-- Who shall become a member as soon as somebody with that e-mail address signs in.
create table orgline.organization_invites (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  email text not null check (email = lower(email)),
  role text not null check (role in ('admin', 'member')),
  created_at timestamptz not null default now(),
  unique (organization_id, email)
);
create index organization_invites_email on orgline.organization_invites (email);
alter table orgline.organization_invites enable row level security;
revoke all on orgline.organization_invites from anon, authenticated;

-- The address a member was invited by; none for one who signed the organization up or was added by id.
alter table orgline.organization_members add column email text check (email = lower(email));
create unique index organization_members_email on orgline.organization_members (organization_id, email);

-- Set when what a number should be outside has changed, cleared when it was settled.
alter table orgline.phone_numbers
  add column settle_due_at timestamptz,
  add column settle_attempts integer not null default 0;
create index phone_numbers_settle_due on orgline.phone_numbers (settle_due_at) where settle_due_at is not null;
