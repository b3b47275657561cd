-- Numbers whose import left another host than the last resort, as 0046 found out, and that are read again since 0055: a server
-- of the time before may have pointed them at the last resort, so that one is no reading of their imports.
update orgline.phone_numbers p set last_resort_of = p.elevenlabs_phone_id
from orgline.deployment d
where p.import_urls_of is null and p.import_voice_url <> 'https://api.us.elevenlabs.io/twilio/inbound_call'
  and d.import_voice_url <> 'https://api.us.elevenlabs.io/twilio/inbound_call';
