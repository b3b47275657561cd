-- What is asked for is found without reading what is not: each index has the rows of its question, and no others.

-- The same words as forget_words looks for, in the same terms: an index that lacks one of them is of no use to it.
drop index orgline.calls_with_words;
create index calls_with_words on orgline.calls (created_at)
  where summary is not null or transcript is not null or exchanges <> '[]' or recording_url is not null
    or collected is not null or evaluation is not null;

-- Lists of one direction, one status, or both, of which a tenant may have few among many others. One index of each table serves
-- all three: where one of both is not asked for, the list takes the newest of each. These take the place of indexes
-- that left out the status that most rows end with, so a list by that status, or by a direction, read all of a tenant's rows. No
-- change of a status costs more pages than before, because the status stood in those indexes, too. What is new is one entry
-- for each text that arrives or is delivered, and one for each call that is completed.
create index messages_narrowed on orgline.messages (organization_id, direction, status, created_at, id);
drop index orgline.messages_not_well;
create index calls_narrowed on orgline.calls (organization_id, direction, status, coalesce(started_at, created_at), id);
drop index orgline.calls_not_completed;

-- What may be claimed while a carrier is paused: numbers that ElevenLabs has no part in by themselves or by their organization,
-- orders by their step, erasures by their kind. The last two stand where the conditions of the claim are, so that most of
-- those that wait are passed by in the index.
create index phone_numbers_due_without_elevenlabs on orgline.phone_numbers ((status = 'configured'), sync_due_at)
  where sync_due_at is not null and (elevenlabs_phone_id is null or import_state is not null or status = 'quarantined');
create index organizations_without_elevenlabs on orgline.organizations (id)
  where status = 'suspended' or settings ->> 'inbound_voice' <> 'elevenlabs';
drop index orgline.number_orders_next;
create index number_orders_next on orgline.number_orders ((budget = 'first') desc, next_run_at, step) where status = 'running';
drop index orgline.carrier_erasures_due;
create index carrier_erasures_due on orgline.carrier_erasures (next_run_at, kind) where done_at is null;

-- The calls of an hour that count for a number: those that were refused as too many do not, and were read by each that came next.
drop index orgline.calls_of_caller;
create index calls_of_caller on orgline.calls (organization_phone_number_id, created_at)
  where direction = 'inbound' and failure_reason is distinct from 'too_many_calls';
