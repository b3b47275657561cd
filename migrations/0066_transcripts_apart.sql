-- The transcript of a kept event stands beside it: whoever asks an event who and when does not read 25 MB.

alter table orgline.webhook_events add column transcript jsonb;
comment on column orgline.webhook_events.transcript is
  'what was said on the call: apart from its event, which is read often; null: none was told';

-- Tried again only once the functions that look for it here are in place: those of before would leave it out.
update orgline.webhook_events set
  transcript = event -> 'transcript', event = event - 'transcript',
  next_try_at = greatest(next_try_at, now() + interval '5 minutes')
where kind = 'call' and event ? 'transcript';
