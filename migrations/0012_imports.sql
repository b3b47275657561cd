-- What the import of each number was made with, and what it left at the carrier.
alter table orgline.phone_numbers
  -- A keyed hash of the Twilio token that ElevenLabs was given with the import; null: nobody knows which.
  add column import_token_hash text,
  -- The same of an import that was asked for while ElevenLabs had none of the number; until its id is known.
  add column import_begun_hash text,
  -- Why the import is of no use, so that our own route answers: early (made with a token that Twilio
  -- does not sign with yet), outdated (with one that is about to go), refused (with one that Twilio
  -- takes no more), unknown (with nobody knows which, while tokens are exchanged), or gone.
  add column import_state text check (import_state in ('early', 'outdated', 'refused', 'unknown', 'gone')),
  -- Where the import had Twilio send calls, and tell of their ends: a residency workspace has its own host.
  add column import_voice_url text,
  add column import_status_url text;
create index phone_numbers_import_token on orgline.phone_numbers (import_token_hash)
  where elevenlabs_phone_id is not null and status not in ('released', 'failed');
create index phone_numbers_import_state on orgline.phone_numbers (import_state) where import_state is not null;
create index number_orders_adopted on orgline.number_orders (created_at)
  where cause = 'adopted' and status in ('running', 'needs_person');

alter table orgline.deployment
  -- Of the server that was started last.
  add column token_hash text,
  -- The same as long as Twilio still takes the token before it, and so signs with that.
  add column early_token_hash text,
  -- Of the token that Twilio was last seen to refuse.
  add column refused_token_hash text,
  -- The number whose import is, or was, renewed before all others.
  add column first_renewal_id uuid;
