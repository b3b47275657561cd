-- The host of workspaces without residency, seen at Twilio while ElevenLabs did not answer, is no proof of what an import
-- left: servers and people set it, too. It took the place of what was read, and of what others' imports left.
update orgline.phone_numbers set seen_voice_url = null, seen_status_url = null
where seen_voice_url = 'https://api.us.elevenlabs.io/twilio/inbound_call';
