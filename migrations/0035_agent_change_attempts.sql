-- A change of an agent that ElevenLabs never answers clearly: a person is told of it, and it is tried
-- less often.
alter table orgline.agents add column change_attempts integer not null default 0;
comment on column orgline.agents.change_attempts is 'how often nobody knew afterwards whether ElevenLabs has the change';
