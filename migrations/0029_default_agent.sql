-- The agent of its organization that a number is, or is to be, bound to. Null: the deployment's, which
-- is a setting that may change, so the numbers that go by it do not name it.
update orgline.phone_numbers p set agent_id = null
where not exists (select from orgline.agents a where a.elevenlabs_agent_id = p.agent_id);
alter table orgline.phone_numbers
  add constraint phone_numbers_agent foreign key (agent_id) references orgline.agents (elevenlabs_agent_id);
-- ELEVENLABS_AGENT_ID of the server that was started last: one that is started with another finds out.
alter table orgline.deployment add column agent_id text;
