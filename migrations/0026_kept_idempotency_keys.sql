-- An effect is there whose answer is not kept: the key stays that request's, which may run again.
alter table orgline.idempotency_keys add column has_effect boolean not null default false;
