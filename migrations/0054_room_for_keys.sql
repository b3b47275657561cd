-- How many keys an owner has begun in a day is found without reading what others have.
create index idempotency_keys_of_owner on orgline.idempotency_keys (owner, created_at);
