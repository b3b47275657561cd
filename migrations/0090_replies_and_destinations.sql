-- What counts of a turn: how often its agent was asked, and nothing else. And the countries of numbers that were set before
-- countries were kept (0084), which the server finds out when it starts.

alter table orgline.text_turns add column polls_failed integer not null default 0;
comment on column orgline.text_turns.polls_failed is
  'how often the telephone company could not be asked what it had sent, so that no agent was';

-- The number may have got another agent between two attempts; the conversations of both cost.
alter table orgline.text_turns add column asked_agents text[] not null default '{}';
comment on column orgline.text_turns.asked_agents is 'whom it was asked of, by their ids at ElevenLabs';
update orgline.text_turns set asked_agents = array[agent_id] where agent_id is not null and asked_at is not null;

alter table orgline.organizations add column destinations_unknown boolean not null default false;
comment on column orgline.organizations.destinations_unknown is
  'its settings, or those of its numbers, put callers through to numbers whose country nobody has noted yet';
create index organizations_destinations_unknown on orgline.organizations (id) where destinations_unknown;
update orgline.organizations o set destinations_unknown = true
where o.settings ?| array['transfer_to', 'fallback_forward_to', 'routing'] or exists (
  select from orgline.organization_phone_numbers h where h.organization_id = o.id and h.settings ? 'routing');
