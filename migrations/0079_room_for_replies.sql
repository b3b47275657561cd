-- Conversations in writing have room of their own among those that an agent may have in a day, and count against what may be spent.

alter table orgline.agents
  add column replies integer not null default 0,
  add column replies_at timestamptz,
  add column daily_limits integer[] not null default '{}';
comment on column orgline.agents.replies is
  'conversations in a day that it may have to answer texts, beside its calls, once ElevenLabs has its limit; 0: none';
comment on column orgline.agents.replies_at is 'since when another number of them is wanted, which is no change yet; null: none is';
comment on column orgline.agents.daily_limits is
  'the limits of conversations in a day that this server has given it, or may have: any other is somebody else''s, and stays';

drop index orgline.agents_due;
create index agents_due on orgline.agents (coalesce(change_at, least(few_until, transfer_at, replies_at)))
  where coalesce(change_at, least(few_until, transfer_at, replies_at)) is not null;

update orgline.agents a set replies_at = clock_timestamp()
from orgline.organizations o
where o.id = a.organization_id and a.status = 'active' and o.settings ->> 'text_replies' = 'agent';

alter table orgline.deployment add column daily_replies integer;
comment on column orgline.deployment.daily_replies is
  'answers to texts in a day that organizations have which have no limit of their own; null: no server has said so yet';

-- How often each agent was asked in writing in an hour; the last day is 25 rows, whoever's agent it is.
create table orgline.agent_hours (
  agent_id text not null,
  hour timestamptz not null,
  asked integer not null,
  primary key (agent_id, hour)
);
comment on table orgline.agent_hours is 'How often an agent was asked to answer texts, of whichever organization.';
comment on column orgline.agent_hours.agent_id is 'its id at ElevenLabs';
comment on column orgline.agent_hours.asked is 'each time is a conversation';
create index agent_hours_age on orgline.agent_hours (hour);
alter table orgline.agent_hours enable row level security;
revoke all on orgline.agent_hours from anon, authenticated, service_role;

alter table orgline.text_turns
  add column outlay bigint not null default 0 check (outlay >= 0),
  add column outlay_rate bigint not null default 0;
comment on column orgline.text_turns.outlay is
  'micro-dollars, what its conversations count for against the limits of spending: as assumed until they are told, then what they cost';
comment on column orgline.text_turns.outlay_rate is 'micro-dollars, what is assumed of each';

-- Agents that were asked for customers who were erased go on counting.
alter table orgline.erased_dials
  drop constraint erased_dials_kind_check,
  add constraint erased_dials_kind_check check (kind in ('call', 'text', 'forward', 'answered', 'reply'));
comment on column orgline.erased_dials.segments is 'of a text; of a turn of texts that agents answer, how often one was asked';
