-- What the carrier's errors mean is told to the functions in kinds of ours, no more in its own codes.

alter table orgline.opt_outs alter column word drop not null;
comment on column orgline.opt_outs.word is 'what the customer wrote; null where a refusal of the carrier told of it';
update orgline.opt_outs set word = null where word = '21610';

update orgline.webhook_events
set event = event || jsonb_build_object('failure', case event ->> 'error_code'
  when '21610' then 'opted_out'
  when '30034' then 'unregistered'
  when '30035' then 'registration_pending' end)
where kind = 'message' and event ->> 'error_code' in ('21610', '30034', '30035');
