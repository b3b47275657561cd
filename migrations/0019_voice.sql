-- What a caller leaves on tape when no agent could answer.
alter table public.calls add column recording_url text;
