-- What imports leave at Twilio outlives them: of a new one whose own was never seen, the earlier one's, or another
-- number's, is the best that is known.

alter table orgline.phone_numbers
  add column import_urls_of text,
  add column seen_voice_url text,
  add column seen_status_url text;
comment on column orgline.phone_numbers.import_urls_of is
  'the import that import_voice_url and import_status_url were read of; where it is not elevenlabs_phone_id, they are of an earlier one';
comment on column orgline.phone_numbers.seen_voice_url is
  'of ElevenLabs, seen at Twilio while ElevenLabs did not answer the number: at best of an import that is not known yet';
update orgline.phone_numbers set import_urls_of = elevenlabs_phone_id where import_voice_url is not null;

alter table orgline.deployment add column import_voice_url text, add column import_status_url text;
comment on column orgline.deployment.import_voice_url is 'what the import that was read last left at Twilio, of whichever number';

-- A workspace has one host. Where the import of a live number was read to have another than that of workspaces without
-- residency, the latter was never read of an import: servers wrote it themselves, and took it for what the import left.
with known as (
  select n.import_voice_url, n.import_status_url from orgline.phone_numbers n
  where n.import_voice_url is not null and n.import_state is null and n.status in ('imported', 'configured', 'assigned')
  order by n.import_voice_url = 'https://api.us.elevenlabs.io/twilio/inbound_call', n.updated_at desc limit 1
), told as (
  update orgline.deployment d set import_voice_url = k.import_voice_url, import_status_url = k.import_status_url
  from known k where d.only_row
)
update orgline.phone_numbers p set import_voice_url = k.import_voice_url, import_status_url = k.import_status_url
from known k where p.import_voice_url = 'https://api.us.elevenlabs.io/twilio/inbound_call' and p.import_voice_url <> k.import_voice_url;

alter table orgline.deployment add column ended_token_hashes text[] not null default '{}';
comment on column orgline.deployment.ended_token_hashes is
  'of the tokens that Twilio took once and takes no more: imports made with them are made anew whenever their numbers come back';
update orgline.deployment d set ended_token_hashes = array[d.refused_token_hash] where d.refused_token_hash is not null;

alter table orgline.number_orders add column is_trial boolean not null default false;
comment on column orgline.number_orders.is_trial is
  'a sweep tries its import once more, before those of the other orders that stopped there';
