-- Voice agents that belong to one organization. The row is written before the agent is made at
-- ElevenLabs, whose copy carries the row's id in its name, so that it is found again whatever happens.
-- failed: never was one of the organization's; what may have been made of it is removed.
create table orgline.agents (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  -- The id of the request that made it; a repeat finds its agent by it.
  request_id uuid not null,
  elevenlabs_agent_id text unique,
  name text not null check (length(name) between 1 and 100),
  -- Null: as the template has it.
  language text,
  first_message text,
  prompt text,
  voice_id text,
  status text not null default 'pending' check (status in ('pending', 'active', 'deleted', 'failed')),
  -- The key that was handed out with it.
  api_key_id uuid,
  -- When there is something to do about it at ElevenLabs; pushed away, it is the lease of who does it.
  work_at timestamptz,
  work_attempts integer not null default 0,
  -- A change is written down before ElevenLabs is told of it, so that one whose outcome nobody knows is
  -- brought to its end. One that ElevenLabs never answers clearly is tried less and less often.
  changes jsonb,
  change_at timestamptz,
  change_attempts integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, elevenlabs_agent_id),
  foreign key (organization_id, api_key_id) references orgline.api_keys (organization_id, id),
  check (status not in ('active', 'deleted') or elevenlabs_agent_id is not null),
  constraint agents_changes check ((changes is null) = (change_at is null))
);
comment on column orgline.agents.changes is 'what is being changed, by column; not recorded before ElevenLabs has it';
comment on column orgline.agents.change_at is 'when to look after the change; pushed away, it is the lease of whoever makes it';
comment on column orgline.agents.change_attempts is 'how often nobody knew afterwards whether ElevenLabs has the change';
create unique index agents_request on orgline.agents (request_id) where status <> 'failed';
create index agents_list on orgline.agents (organization_id, created_at);
create index agents_work on orgline.agents (work_at) where work_at is not null;
create index agents_change on orgline.agents (change_at) where change_at is not null;

alter table orgline.agents enable row level security;
revoke all on orgline.agents from anon, authenticated, service_role;
grant select on orgline.agents to authenticated;
create policy members_read on orgline.agents for select to authenticated
  using (private.is_member(organization_id));
