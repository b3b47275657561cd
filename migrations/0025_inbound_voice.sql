-- INBOUND_VOICE of the server that was started last: one that is started with another value finds out.
alter table orgline.deployment add column inbound_voice text;
