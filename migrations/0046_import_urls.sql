-- What imports leave at Twilio outlives them: of a new one whose own was never seen, the earlier one's, or another
-- number's, is the best that is known.

alter table orgline.phone_numbers add column import_urls_of text;
comment on column orgline.phone_numbers.import_urls_of is
  'the import that import_voice_url and import_status_url were read of; where it is not elevenlabs_phone_id, they are of an earlier one';
update orgline.phone_numbers set import_urls_of = elevenlabs_phone_id where import_voice_url is not null;

alter table orgline.deployment add column import_voice_url text, add column import_status_url text;
comment on column orgline.deployment.import_voice_url is 'what the import that was read last left at Twilio, of whichever number';
update orgline.deployment d set import_voice_url = p.import_voice_url, import_status_url = p.import_status_url
from (
  select n.import_voice_url, n.import_status_url from orgline.phone_numbers n
  where n.import_voice_url is not null order by n.updated_at desc limit 1) p
where d.only_row;

alter table orgline.deployment add column ended_token_hashes text[] not null default '{}';
comment on column orgline.deployment.ended_token_hashes is
  'of the tokens that Twilio took once and takes no more: imports made with them are made anew whenever their numbers come back';
update orgline.deployment d set ended_token_hashes = array[d.refused_token_hash] where d.refused_token_hash is not null;

alter table orgline.number_orders add column is_trial boolean not null default false;
comment on column orgline.number_orders.is_trial is
  'a sweep tries its import once more, before those of the other orders that stopped there';
