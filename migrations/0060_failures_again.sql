-- A call or a text may fail, be asked for again under its key, and come further: a failure is no news only where the
-- last that was reported of that call or text is one, too.

create index events_failed_text on orgline.events ((facts ->> 'id')) where type = 'message.failed';

-- A text has arrived, or has come further. What the carrier tells twice is one event: a text that failed has failed.
create or replace function private.report_message() returns trigger language plpgsql set search_path = '' as $$
begin
  -- No status goes back, so of one that was not sent yet, nothing was reported since it failed.
  if new.status in ('failed', 'undelivered') and old.status <> 'sent' and exists (
    select from orgline.events e where e.facts ->> 'id' = new.id::text and e.type = 'message.failed') then
    return null;
  end if;
  perform private.record_event(
    'message.' || case new.status when 'undelivered' then 'failed' else new.status end,
    new.organization_id, new.contact_id,
    new.direction = 'inbound' and coalesce(new.caught_up_at > new.created_at + interval '10 minutes', false),
    jsonb_build_object(
      'id', new.id, 'direction', new.direction, 'status', new.status, 'from', new.from_number, 'to', new.to_number,
      'contact_id', new.contact_id, 'lead_id', new.lead_id, 'body', left(new.body, 2000), 'media_count', jsonb_array_length(new.media),
      'keyword', new.keyword, 'failure_reason', new.failure_reason, 'sent_at', new.created_at));
  return null;
end
$$;

-- A call goes on, is over, or has a message on tape. One that was thought to have failed and was completed after all
-- is told of again. The words are read where they are kept.
create or replace function private.report_call() returns trigger language plpgsql set search_path = '' as $$
declare
  v_began timestamptz := coalesce(new.started_at, new.dialled_at, new.created_at);
  -- What did not come about took no time that anybody knows of, and a message on tape is left at the beginning.
  v_seconds integer := case when tg_argv[0] = 'started' then 0
    when tg_argv[0] = 'ended' and new.status = 'completed' then new.duration_seconds else coalesce(new.duration_seconds, 0) end;
begin
  -- What is dialled again and again, because its request is repeated, may fail each time, and is told once.
  if tg_argv[0] = 'ended' and new.status = 'failed' and 'call.failed' = (
    select e.type from orgline.events e
    where e.facts ->> 'id' = new.id::text and e.type in ('call.started', 'call.ended', 'call.failed')
    order by e.position desc limit 1) then
    return null;
  end if;
  perform private.record_event(
    case when tg_argv[0] = 'voicemail' then 'voicemail.received'
      else 'call.' || case new.status when 'in-progress' then 'started' when 'completed' then 'ended' else 'failed' end end,
    new.organization_id, new.contact_id,
    coalesce(v_began + make_interval(secs => v_seconds) < now() - interval '10 minutes', false),
    jsonb_build_object(
      'id', new.id, 'direction', new.direction, 'status', new.status, 'from', new.from_number, 'to', new.to_number,
      'contact_id', new.contact_id, 'lead_id', new.lead_id, 'conversation_id', new.conversation_id, 'agent_id', (
        select a.elevenlabs_agent_id from orgline.agents a
        where a.organization_id = new.organization_id and a.elevenlabs_agent_id = new.agent_id),
      'call_sid', new.provider_call_id, 'began_at', v_began, 'duration_seconds', new.duration_seconds,
      'outcome', new.outcome, 'answered_by', new.answered_by, 'failure_reason', new.failure_reason,
      'summary', left(new.summary, 2000)));
  return null;
end
$$;
