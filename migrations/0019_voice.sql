-- What a caller leaves on tape when no agent could answer.
alter table orgline.calls add column recording_url text;
