-- The host of workspaces without residency, seen at Twilio while ElevenLabs did not answer, is no proof of what an import
-- left: servers and people set it, too. It took the place of what was read, and of what others' imports left.
update orgline.phone_numbers set seen_voice_url = null, seen_status_url = null
where seen_voice_url = 'https://api.us.elevenlabs.io/twilio/inbound_call';

-- Imports that were made with nobody knows which token, and are taken for fine: looked through at every review, once the
-- token was exchanged, for those that may be older than the present one.
create index phone_numbers_import_of_no_token on orgline.phone_numbers (bought_at)
where elevenlabs_phone_id is not null and import_token_hash is null and import_state is null and status not in ('released', 'failed');
create index number_orders_manual on orgline.number_orders (phone_number_id, created_at) where cause = 'manual';
