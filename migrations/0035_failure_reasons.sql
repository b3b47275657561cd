-- Why a call or a text came to nothing is kept as a kind, where SQL found it out; the server has the words.

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
