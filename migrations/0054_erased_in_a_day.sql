-- What was erased of an organization in a day: a customer's hash has 64 digits, no id of a call or text has.
create index erased_keys_of_customers on orgline.erased_keys (organization_id, erased_at) where length(key) = 64;
