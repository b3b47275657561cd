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
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  unique (organization_id, elevenlabs_agent_id),
  foreign key (organization_id, api_key_id) references orgline.api_keys (organization_id, id),
  check (status not in ('active', 'deleted') or elevenlabs_agent_id is not null)
);
create unique index agents_request on orgline.agents (request_id) where status <> 'failed';
create index agents_list on orgline.agents (organization_id, created_at);
create index agents_work on orgline.agents (work_at) where work_at is not null;

alter table orgline.agents enable row level security;
revoke all on orgline.agents from anon, authenticated;
grant select on orgline.agents to authenticated;
create policy members_read on orgline.agents for select to authenticated
  using (private.is_member(organization_id));

-- The agent an order's number is for; null: the deployment's. A number itself names the agent it is,
-- or is to be, bound to.
alter table orgline.number_orders
  add column agent_id text,
  add constraint number_orders_agent foreign key (organization_id, agent_id) references orgline.agents (organization_id, elevenlabs_agent_id);
create index number_orders_agent on orgline.number_orders (agent_id) where agent_id is not null;
create index phone_numbers_agent on orgline.phone_numbers (agent_id);
