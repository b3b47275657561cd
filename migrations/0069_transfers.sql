-- A caller who asks for a person: whom an organization's agents can hand callers over to (settings.transfer_to), and what
-- became of each call that was handed over.

alter table orgline.agents add column transfer jsonb, add column transfer_at timestamptz;
comment on column orgline.agents.transfer is
  'whom it can hand its callers over to, {to, by}, once ElevenLabs has it; by: elevenlabs itself, or this server; null: nobody';
comment on column orgline.agents.transfer_at is 'since when another one is wanted of it, which is no change yet; null: none is';

drop index orgline.agents_due;
create index agents_due on orgline.agents (coalesce(change_at, least(few_until, transfer_at)))
  where coalesce(change_at, least(few_until, transfer_at)) is not null;

alter table orgline.calls
  add column transfer text check (transfer in ('begun', 'answered', 'unanswered', 'failed', 'passed_on')),
  add column transfer_until timestamptz;
comment on column orgline.calls.transfer is
  'what became of it once its agent was asked for a person: begun: the other phone is to ring (forwarded_to); answered, unanswered: '
  'as the carrier reported; failed: the carrier refused; passed_on: the voice platform did it, and told no more; null: it was not';
comment on column orgline.calls.transfer_until is 'the lease of the server that has the carrier ring that phone';
