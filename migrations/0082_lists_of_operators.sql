-- What operators look for among everybody's: numbers by their first digits, and calls and texts that failed. The first costs
-- one entry for each number and each of its states. The others are small, because few fail.

create index phone_numbers_beginning on orgline.phone_numbers (status, phone_number collate "C");

create index calls_failed on orgline.calls (created_at, id) where status = 'failed';

create index messages_failed on orgline.messages (created_at, id) where status in ('failed', 'undelivered');
