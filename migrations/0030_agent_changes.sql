-- A change of an agent is written down before ElevenLabs is told of it, so that one whose outcome
-- nobody knows is brought to its end.
alter table orgline.agents
  add column changes jsonb,
  add column change_at timestamptz,
  add constraint agents_changes check ((changes is null) = (change_at is null));
comment on column orgline.agents.changes is 'what is being changed, by column; not recorded before ElevenLabs has it';
comment on column orgline.agents.change_at is 'when to look after the change; pushed away, it is the lease of whoever makes it';
create index agents_change on orgline.agents (change_at) where change_at is not null;
