-- Callers who heard an apology, or were not put through: who is told, and what there is to do.

-- p_recording_url: of the message the caller has left by now, which may be told of before the failure. What a person
-- reads is where it is heard here, or else what the carrier calls it, and never an address that opens with our credentials. A call
-- counts once, whoever finds out; what is known of it later only changes the words, unless it is a message
-- on tape and what was told is resolved already. p_error_kind: what can be done about the carrier's failure.
create function private.notify_not_routed(
  c orgline.calls, p_to text, p_reason text, p_error_kind text, p_from text, p_recording_url text
) returns void language plpgsql set search_path = '' as $$
declare
  v_agent orgline.agents;
  v_facts jsonb;
  v_before jsonb;
  v_reason text;
begin
  select n.facts into v_before from orgline.admin_notifications n
  where n.type = 'call_routing_failed' and n.subject = p_to and n.status = 'pending' and n.facts ->> 'call_id' = c.id::text;
  v_reason := coalesce(p_reason, v_before ->> 'reason', c.failure_reason, 'no_agent');
  -- An agent with a daily limit of its own.
  select * into v_agent from orgline.agents a where a.elevenlabs_agent_id = c.agent_id and a.few_calls is not null;
  v_facts := jsonb_build_object(
    'cause', 'not_routed', 'number', p_to, 'organization', private.organization_name(c.organization_id), 'customer', p_from,
    'call_id', c.id, 'recording', case when p_recording_url is not null
      then coalesce(private.recording_path(c), substring(p_recording_url from '[^/]*$')) end, 'reason', v_reason,
    'error_kind', case when p_reason is null then v_before ->> 'error_kind' else p_error_kind end, 'agent_id', c.agent_id,
    'agent_daily_calls', v_agent.few_calls, 'agent_daily_calls_until', v_agent.few_until);
  if c.not_routed_reported_at is not null then
    if private.revise_notification('call_routing_failed', p_to, v_facts) or p_recording_url is null then
      return;
    end if;
  end if;
  perform private.notify('call_routing_failed', p_to, v_facts, c.organization_id, p_to);
  update orgline.calls set not_routed_reported_at = clock_timestamp() where id = c.id;
end
$$;

-- Whom a limit, or a number that may not be called, kept from p_to.
create function private.notify_not_put_through(c orgline.calls, p_to text, p_reason text, p_is_transfer boolean) returns void
language sql set search_path = '' as $$
  select private.notify('call_routing_failed', c.organization_id::text, jsonb_build_object(
    'cause', 'not_put_through', 'number', c.to_number, 'organization', private.organization_name(c.organization_id),
    'destination', p_to, 'call_id', c.id, 'is_transfer', p_is_transfer, 'reason', p_reason), c.organization_id, c.to_number)
$$;
