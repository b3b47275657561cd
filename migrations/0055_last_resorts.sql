-- The host of workspaces without residency is where servers and people point a number when they know no better. Of an
-- import whose number had it for that reason, it is not to be read.

alter table orgline.phone_numbers add column last_resort_of text;
comment on column orgline.phone_numbers.last_resort_of is
  'the import whose number a server or a person pointed at the last resort: Twilio showing that is no reading of the import';

-- 0046 took for read what was stored until then, although servers had written some of it themselves. The next sync reads
-- what Twilio shows. The last resort tells nothing meanwhile; another host is still the best that is known.
update orgline.phone_numbers p
set import_urls_of = null,
  import_voice_url = nullif(p.import_voice_url, 'https://api.us.elevenlabs.io/twilio/inbound_call'),
  import_status_url = case
    when p.import_voice_url <> 'https://api.us.elevenlabs.io/twilio/inbound_call' then p.import_status_url end
from orgline.schema_migrations m
where m.name = '0046_import_urls.sql' and p.created_at <= m.applied_at and p.import_urls_of is not null;
