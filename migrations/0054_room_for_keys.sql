-- How many keys an owner has begun in a day is found without reading what others have.
create index idempotency_keys_of_owner on orgline.idempotency_keys (owner, created_at);

-- What was erased of an organization in a day: a customer's hash has 64 digits, no id of a call or text has.
create index erased_keys_of_customers on orgline.erased_keys (organization_id, erased_at) where length(key) = 64;
