create table orgline.organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (length(name) between 1 and 200),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 63),
  email text not null,
  status text not null default 'active' check (status in ('active', 'suspended')),
  settings jsonb not null default '{}',
  default_phone_number_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table orgline.organization_members (
  organization_id uuid not null references orgline.organizations (id),
  user_id uuid not null,
  role text not null check (role in ('admin', 'member')),
  created_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);
create index organization_members_user on orgline.organization_members (user_id);

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
revoke all on orgline.organizations, orgline.organization_members from anon, authenticated;
grant select on orgline.organizations, orgline.organization_members to authenticated;

create policy members_read on orgline.organizations for select to authenticated
  using (private.is_member(id));
create policy members_read on orgline.organization_members for select to authenticated
  using (private.is_member(organization_id));
