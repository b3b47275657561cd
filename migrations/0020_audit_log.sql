-- Every change that a person or a key made: who, what and from where. Written in the transaction of the
-- change, kept for AUDIT_DAYS. Nothing in it tells who a customer is: customers stand in it by the ids of
-- their rows alone.
create table orgline.audit_log (
  id uuid primary key default gen_random_uuid(),
  -- Null: what was changed belongs to no organization, or to all.
  organization_id uuid references orgline.organizations (id),
  actor_kind text not null check (actor_kind in ('operator', 'user', 'key')),
  -- Of a user or key; an operator has a name.
  actor_id uuid,
  actor_name text,
  -- The SQL function that made the change.
  action text not null,
  -- What was changed: a row's id, a number of ours, or an agent's id at ElevenLabs.
  subject text,
  -- Names of what changed, and values that are nobody's secret, such as a role.
  details jsonb not null default '{}',
  -- From where: the client's address, and the id of its request, as in the log.
  address text,
  request_id text,
  created_at timestamptz not null default clock_timestamp()
);
create index audit_log_of_organization on orgline.audit_log (organization_id, created_at, id);
create index audit_log_newest on orgline.audit_log (created_at, id);
alter table orgline.audit_log enable row level security;
revoke all on orgline.audit_log from anon, authenticated, service_role;
