-- Events of a call say whether its caller was handed over to a person, and how that ended is an event of its own.

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
    case tg_argv[0] when 'voicemail' then 'voicemail.received' when 'transferred' then 'call.transferred'
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
      'transferred_to', case when new.transfer is not null then new.forwarded_to end, 'transfer', new.transfer,
      'summary', left(new.summary, 2000)));
  return null;
end
$$;

create trigger report_transferred after update of transfer on orgline.calls
  for each row when (new.transfer is distinct from old.transfer and new.transfer <> 'begun')
  execute function private.report_call('transferred');
