-- What counts of a turn: how often its agent was asked, and nothing else.

alter table orgline.text_turns add column looks_failed integer not null default 0;
comment on column orgline.text_turns.looks_failed is
  'how often the telephone company could not be asked what it had sent, so that no agent was';

-- The number may have got another agent between two attempts; the conversations of both cost.
alter table orgline.text_turns add column asked_agents text[] not null default '{}';
comment on column orgline.text_turns.asked_agents is 'whom it was asked of, by their ids at ElevenLabs';
update orgline.text_turns set asked_agents = array[agent_id] where agent_id is not null and asked_at is not null;
