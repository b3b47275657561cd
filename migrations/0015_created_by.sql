-- Whose sign-up an organization was, whoever its members are by now; null for an operator's. The
-- limit of organizations per user counts these.
alter table orgline.organizations add column created_by uuid;
update orgline.organizations o set created_by = (
  select m.user_id from orgline.organization_members m
  where m.organization_id = o.id and m.created_at = o.created_at
  order by m.user_id limit 1);
create index organizations_created_by on orgline.organizations (created_by);

-- Who was removed from an organization, and when: an invite that is older does not let them back in.
create table orgline.organization_removals (
  organization_id uuid not null references orgline.organizations (id),
  user_id uuid not null,
  removed_at timestamptz not null,
  primary key (organization_id, user_id)
);
alter table orgline.organization_removals enable row level security;
revoke all on orgline.organization_removals from anon, authenticated;
