-- A customer's calls in the order in which they began: the end of an older call may be told later.
create index calls_contact_began on orgline.calls (contact_id, (coalesce(started_at, created_at)), created_at);
drop index orgline.calls_contact;

-- Calls that no conversation is known of yet, by their two numbers.
create index calls_unconfirmed on orgline.calls (from_number, to_number) where conversation_id is null;
