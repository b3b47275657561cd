-- Why a call, a text or an order came to nothing is kept as a kind, where SQL found it out; the server has the words.

comment on column orgline.calls.failure_reason is 'a kind, whose words the server has, or words';
comment on column orgline.messages.failure_reason is 'a kind, whose words the server has, or words';

update orgline.calls set failure_reason = case
  when failure_reason like '%an end was reported that fits this and another call, so it may have been dialled' then 'maybe_dialled'
  when failure_reason like 'Twilio ended the call as busy%' then 'line_busy'
  when failure_reason like 'Twilio ended the call as no-answer%' then 'not_answered'
  when failure_reason like 'Twilio ended the call as canceled%' then 'canceled'
  when failure_reason like 'Twilio ended the call as completed%' then 'hung_up'
  when failure_reason like 'Twilio ended the call as %' then 'not_connected'
  else case failure_reason
    when 'its end was not reported' then 'end_not_reported'
    when 'ElevenLabs knows of no such call, so it was not dialled' then 'not_dialled'
    when 'ElevenLabs has no conversation of it' then 'no_conversation'
    when 'no agent could answer' then 'no_agent'
    when 'too many calls in an hour, so the caller heard that the line is busy' then 'too_many_calls'
    else failure_reason end end
where failure_reason is not null;

update orgline.messages set failure_reason = 'text_unknown'
where failure_reason = 'The carrier knows of no such message, so it was not sent';

update orgline.number_orders set last_error = case last_error
  when 'The organization is suspended, so nothing is bought until it is resumed' then 'organization_suspended'
  when 'The daily limit of purchases is reached' then 'purchase_limit_reached'
  when 'The number was released' then 'number_released'
  when 'The number was given up before it was bought' then 'number_given_up'
  when 'The agent was deleted' then 'agent_deleted'
  else last_error end
where last_error is not null;
