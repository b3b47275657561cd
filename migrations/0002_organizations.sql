-- The customers of this product, each with a phone line of its own.
create table orgline.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(name) between 1 and 200),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 63),
  email text not null,
  status text not null default 'active' check (status in ('active', 'suspended')),
  settings jsonb not null default '{}',
  default_phone_number_id uuid,
  -- Whose sign-up it was, whoever its members are by now; null for an operator's. The limit of
  -- organizations per user counts these.
  created_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index organizations_created_by on orgline.organizations (created_by);
-- A customer's STOP counts for a whole Messaging Service, so none belongs to two organizations.
create unique index organizations_messaging_service on orgline.organizations ((settings ->> 'messaging_service_sid'));

-- Which users act for which organization.
create table orgline.organization_members (
  organization_id uuid not null references orgline.organizations (id),
  user_id uuid not null,
  role text not null check (role in ('admin', 'member')),
  -- The address a member was invited by; none for one who signed the organization up or was added by id.
  email text check (email = lower(email)),
  created_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);
create index organization_members_user on orgline.organization_members (user_id);
create unique index organization_members_email on orgline.organization_members (organization_id, email);

-- Security definer: a policy on organization_members that reads organization_members would recurse.
create function private.is_member(p_organization_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from orgline.organization_members m
    where m.organization_id = p_organization_id and m.user_id = (select auth.uid())
  )
$$;
revoke execute on function private.is_member(uuid) from public;
grant execute on function private.is_member(uuid) to authenticated;

alter table orgline.organizations enable row level security;
alter table orgline.organization_members enable row level security;
revoke all on orgline.organizations, orgline.organization_members from anon, authenticated, service_role;
grant select on orgline.organizations, orgline.organization_members to authenticated;
create policy members_read on orgline.organizations for select to authenticated
  using (private.is_member(id));
create policy members_read on orgline.organization_members for select to authenticated
  using (private.is_member(organization_id));

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
revoke all on orgline.organization_invites from anon, authenticated, service_role;

-- Who was removed from an organization, and when: an invite that is older does not let them back in.
create table orgline.organization_removals (
  organization_id uuid not null references orgline.organizations (id),
  user_id uuid not null,
  removed_at timestamptz not null,
  primary key (organization_id, user_id)
);
alter table orgline.organization_removals enable row level security;
revoke all on orgline.organization_removals from anon, authenticated, service_role;

-- Keys with which programs of one organization call the API. The key itself is shown once and kept
-- nowhere: it has 256 random bits, so its plain SHA-256 can neither be reversed nor guessed.
create table orgline.api_keys (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  name text not null check (length(name) between 1 and 100),
  prefix text not null,
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  scopes text[] not null,
  -- The user who made it; null for an operator.
  created_by uuid,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz,
  unique (organization_id, id),
  -- To write about customers is neither to text nor to call them.
  constraint api_keys_scopes_check check (
    cardinality(scopes) > 0 and scopes <@ array['read', 'calls:write', 'messages:write', 'numbers:write', 'contacts:write'])
);
create index api_keys_list on orgline.api_keys (organization_id, created_at);
alter table orgline.api_keys enable row level security;
revoke all on orgline.api_keys from anon, authenticated, service_role;
