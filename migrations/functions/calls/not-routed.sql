-- Callers who heard an apology: who is told, and what there is to do.

-- p_recording_url: of the message the caller has left by now, which may be told of before the failure. A call
-- counts once, whoever finds out; what is known of it later only changes the words, unless it is a message
-- on tape and what was told is resolved already.
create function private.notify_not_routed(
  c orgline.calls, p_to text, p_reason text, p_from text, p_recording_url text
) returns void language plpgsql set search_path = '' as $$
declare
  v_message text := format(
    'A call to %1$s%2$s heard an apology and not its agent: %3$s.%4$s 1. %6$s 2. Call the customer back where that is '
      'wanted: call %5$s. 3. Resolve this notification; the next call is tried anew.',
    p_to, coalesce(' of ' || private.order_for_whom(c.organization_id), ''), p_reason,
    case when p_recording_url is null then ''
      else format(' The caller%s left a message: %s (opens with our Twilio account''s SID and Auth Token).',
        coalesce(', ' || p_from || ',', ''), p_recording_url) end,
    coalesce(c.id::text, '(not recorded)'), private.cure_of_not_routed(c, p_reason));
begin
  if c.not_routed_reported_at is not null then
    update orgline.admin_notifications set message = v_message, updated_at = now()
    where type = 'call_routing_failed' and subject = p_to and status = 'pending';
    if found or p_recording_url is null then
      return;
    end if;
  end if;
  perform private.notify('call_routing_failed', p_to, v_message, c.organization_id, p_to);
  update orgline.calls set not_routed_reported_at = clock_timestamp() where id = c.id;
end
$$;

-- What an operator does about it. ElevenLabs answers an agent's limits with 429; which of them it was is not
-- documented, so the daily one is named where this agent has one of its own.
create function private.cure_of_not_routed(c orgline.calls, p_reason text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_agent orgline.agents;
begin
  if p_reason !~* 'HTTP 429|daily limit' then
    return 'Where ElevenLabs is the cause, see https://status.elevenlabs.io, that ELEVENLABS_API_KEY is good, and that the agent '
      'hears and speaks μ-law 8000 Hz (npm run setup:elevenlabs puts that right); where the database is, GET /readyz.';
  end if;
  select * into v_agent from orgline.agents a where a.elevenlabs_agent_id = c.agent_id and a.few_calls is not null;
  if not found then
    return format('Agent %s has as many conversations as it may: raise its limits, a day''s and those at the same time, in '
      'ElevenLabs'' dashboard (new agents have AGENT_DAILY_CALLS and AGENT_CONCURRENCY), or those of the plan.',
      coalesce(c.agent_id, '(unknown)'));
  end if;
  return format('Agent %s was made by a new account, and has a daily limit of %s conversations until %s. Raise "Daily call limit" of that '
    'agent in ElevenLabs'' dashboard; or, for agents made from then on, NEW_ORGANIZATION_AGENT_CALLS with NEW_ACCOUNT_DAILY_SPEND; or '
    'make the agent as an operator (POST /api/agents), which has no such limit.',
    c.agent_id, v_agent.few_calls, private.in_utc(v_agent.few_until));
end
$$;
