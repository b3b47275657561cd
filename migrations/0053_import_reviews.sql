-- Imports that were made with nobody knows which token, and are taken for fine: looked through at every review, once the
-- token was exchanged, for those that may be older than the present one.
create index phone_numbers_import_of_no_token on orgline.phone_numbers (bought_at)
where elevenlabs_phone_id is not null and import_token_hash is null and import_state is null and status not in ('released', 'failed');
create index number_orders_manual on orgline.number_orders (phone_number_id, created_at) where cause = 'manual';
