-- A change of an agent is written down before ElevenLabs is told of it, so that one whose outcome
-- nobody knows is brought to its end.
alter table public.agents
  add column changes jsonb,
  add column change_at timestamptz,
  add constraint agents_changes check ((changes is null) = (change_at is null));
comment on column public.agents.changes is 'what is being changed, by column; not recorded before ElevenLabs has it';
comment on column public.agents.change_at is 'when to look after the change; pushed away, it is the lease of whoever makes it';
create index agents_change on public.agents (change_at) where change_at is not null;
