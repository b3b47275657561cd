-- What is needed so that webhooks may come in any order.

-- The end of a call may be told before the call is recorded.
alter table orgline.webhook_events
  drop constraint webhook_events_kind_check,
  add constraint webhook_events_kind_check check (kind in ('call', 'call_status', 'message'));

-- A refused text may be told of after the START that followed it.
alter table orgline.messages add column keyword text check (keyword in ('stop', 'start', 'help'));
comment on column orgline.messages.keyword is 'what an inbound text asks for, where it is nothing but that';
