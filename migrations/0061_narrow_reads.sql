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
