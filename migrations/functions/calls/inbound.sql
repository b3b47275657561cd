-- Inbound calls, whoever answers them. The organization comes from the number that was called, and from
-- nothing else.

-- Records an inbound call, once per provider id, and answers what its agent may know: the facts of
-- this organization and of its own past with this customer, nothing else. p_started_at: the carrier's
-- time of a call that no webhook told of; null: it is ringing. p_is_attested: the caller's carrier vouches
-- for the number.
create function public.begin_inbound_call(
  p_provider_call_id text, p_conversation_id text, p_agent_id text, p_from text, p_to text, p_customer text,
  p_request_id text, p_poll_ms integer, p_started_at timestamptz default null, p_is_attested boolean default false
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_holding orgline.organization_phone_numbers;
  v_organization orgline.organizations;
  v_contact_id uuid;
  v_is_erased boolean;
  v_call_id uuid;
  v_name text;
begin
  if p_started_at is null then
    v_holding := private.holder_for_calls(p_to);
  else
    v_holding := private.holder_then(p_to, p_started_at);
  end if;
  if v_holding.id is null then
    -- Where the number is not told, another event may tell it.
    perform private.remember_refused(p_provider_call_id) where p_to <> '';
    return jsonb_build_object('organization', null);
  end if;
  select * into v_organization from orgline.organizations o where o.id = v_holding.organization_id;
  -- Without an id it could not be told from any other: it is answered, and not recorded.
  if p_provider_call_id is null and p_conversation_id is null then
    select k.id, k.name into v_contact_id, v_name from orgline.contacts c
    join orgline.contacts k on k.id = coalesce(c.merged_into, c.id)
    where c.organization_id = v_organization.id and c.phone_number = private.customer_of(p_customer);
    return jsonb_build_object(
      'call_id', null,
      'organization', private.agent_organization(v_organization, p_is_attested, p_agent_id, v_holding.settings),
      'history', private.contact_history(v_organization.id, v_contact_id, v_name));
  end if;
  perform private.lock_call(p_provider_call_id);
  select c.contact_id, c.is_erased into v_contact_id, v_is_erased
  from private.contact_of_event(v_organization.id, jsonb_build_object(
    'provider_call_id', p_provider_call_id, 'conversation_id', p_conversation_id, 'customer', p_customer,
    'our_number', case when p_started_at is not null then p_to end, 'started_at', p_started_at)) c;
  -- Asked again about a call whose contact was erased while it rang: nothing is known, or kept.
  if v_is_erased then
    perform private.erase_call(
      coalesce(private.organization_of_erased(array[p_provider_call_id, p_conversation_id]), v_organization.id),
      null, p_conversation_id, p_provider_call_id);
    return jsonb_build_object(
      'call_id', null,
      'organization', private.agent_organization(v_organization, p_is_attested, p_agent_id, v_holding.settings),
      'history', private.contact_history(v_organization.id, null, null));
  end if;
  select c.name into v_name from orgline.contacts c where c.id = v_contact_id;
  if p_started_at is not null then
    perform private.name_call_of_report(v_organization.id, v_contact_id, p_to, p_started_at, p_provider_call_id);
  end if;
  insert into orgline.calls (
    organization_id, organization_phone_number_id, contact_id, direction, provider_call_id, conversation_id, agent_id,
    from_number, to_number, status, request_id, poll_at, created_at)
  values (
    v_organization.id, v_holding.id, v_contact_id, 'inbound', p_provider_call_id, p_conversation_id, p_agent_id,
    p_from, p_to, 'in-progress', p_request_id, clock_timestamp() + make_interval(secs => p_poll_ms / 1000.0), coalesce(p_started_at, now()))
  on conflict do nothing returning id into v_call_id;
  if v_call_id is null then
    -- What came before this (its end, or a message on tape) did not tell everything.
    update orgline.calls c
    set agent_id = coalesce(c.agent_id, p_agent_id), request_id = coalesce(c.request_id, p_request_id)
    where (c.provider_call_id = p_provider_call_id or c.conversation_id = p_conversation_id)
      and c.organization_id = v_organization.id
      and (c.agent_id is null and p_agent_id is not null or c.request_id is null);
    select c.id into v_call_id from orgline.calls c
    where (c.provider_call_id = p_provider_call_id or c.conversation_id = p_conversation_id)
      and c.organization_id = v_organization.id
    order by (c.provider_call_id = p_provider_call_id) desc nulls last limit 1;
  end if;
  perform private.apply_deferred_call_status(p_provider_call_id);
  perform private.note_traffic_of(v_holding.phone_number_id, coalesce(p_started_at, now()));
  return jsonb_build_object(
    'call_id', v_call_id,
    'organization', private.agent_organization(v_organization, p_is_attested, p_agent_id, v_holding.settings),
    'history', private.contact_history(v_organization.id, v_contact_id, v_name));
end
$$;

-- The call that is ringing. result: answer, with what its agent (p_agent_id where the number has none
-- of its own) may know, as for a call that ElevenLabs asks about; not_in_service, for a number of ours
-- nobody may answer on; busy, where the caller had p_max_of_caller calls answered in an hour, or the number
-- p_max_of_number; or unknown_number, with its notification.
create function public.begin_voice_call(
  p_provider_call_id text, p_agent_id text, p_from text, p_to text, p_customer text, p_is_attested boolean, p_request_id text,
  p_poll_ms integer, p_max_of_caller integer, p_max_of_number integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_agent_id text := coalesce((
    select p.agent_id from orgline.phone_numbers p where p.phone_number = p_to and private.is_in_service(p.status)), p_agent_id);
  v_begun jsonb := public.begin_inbound_call(
    nullif(p_provider_call_id, ''), null, v_agent_id, p_from, p_to, p_customer, p_request_id, p_poll_ms,
    p_is_attested => p_is_attested);
begin
  if v_begun ->> 'organization' is not null and private.refuse_busy(
    (v_begun ->> 'call_id')::uuid, p_customer, p_max_of_caller, p_max_of_number) then
    return jsonb_build_object('result', 'busy');
  end if;
  if v_begun ->> 'organization' is not null then
    return v_begun || jsonb_build_object('result', 'answer', 'agent_id', v_agent_id, 'forward_to', (
      select private.fallback_of(o) from orgline.organizations o where o.id = (v_begun -> 'organization' ->> 'id')::uuid));
  end if;
  if private.is_ours(p_to) then
    return jsonb_build_object('result', 'not_in_service');
  end if;
  perform private.notify(
    'call_routing_failed', p_to, jsonb_build_object('cause', 'unknown_number', 'number', p_to), null, p_to);
  return jsonb_build_object('result', 'unknown_number');
end
$$;

-- No agent could answer: the caller heard an apology. The call ends with what Twilio tells of its end,
-- which may have come already. p_reason: for the organization, null where it is no more than that; p_error: in
-- the carrier's words, for operators; p_error_kind: what can be done about it, null where it is no carrier's.
create function public.record_call_not_routed(
  p_provider_call_id text, p_to text, p_reason text, p_error text, p_error_kind text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_call orgline.calls;
begin
  update orgline.calls set
    failure_reason = coalesce(p_reason, 'no_agent'),
    status = case when duration_seconds is null then status else 'failed' end,
    poll_at = case when duration_seconds is null then poll_at end
  where provider_call_id = p_provider_call_id and direction = 'inbound' and status <> 'completed' returning * into v_call;
  perform private.notify_not_routed(v_call, p_to, p_error, p_error_kind, v_call.from_number, v_call.recording_url);
  return jsonb_build_object('recorded', v_call.id is not null);
end
$$;

-- A message on tape. A call that could not be recorded when it came is recorded now. Where a person was to take the call
-- over and did not (transfer), its agent had answered it: nothing failed, and its report is still to come. One of a call
-- whose words were taken away since counts as told before. Twilio does not
-- always tell its numbers (p_to is empty then): result unknown_call, where the call is not known either.
create function public.record_voicemail(
  p_provider_call_id text, p_from text, p_to text, p_customer text, p_recording_url text, p_request_id text, p_poll_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_call orgline.calls;
begin
  -- What comes after its time is deleted where it comes from (the trigger withhold_recording).
  update orgline.calls set recording_url = p_recording_url
  where provider_call_id = p_provider_call_id and recording_gone_at is not null;
  if found or exists (
    select from orgline.calls c
    where c.provider_call_id = p_provider_call_id and (c.recording_url = p_recording_url or c.words_gone_at is not null)) then
    return jsonb_build_object('result', 'duplicate');
  end if;
  if private.is_erased(array[p_provider_call_id]) then
    perform private.erase_call(private.organization_of_erased(array[p_provider_call_id]), null, null, p_provider_call_id);
    return jsonb_build_object('result', 'duplicate');
  end if;
  if p_to <> '' then
    perform public.begin_inbound_call(p_provider_call_id, null, null, p_from, p_to, p_customer, p_request_id, p_poll_ms);
  end if;
  update orgline.calls set
    recording_url = p_recording_url,
    failure_reason = coalesce(failure_reason, case when transfer is null then 'no_agent' end),
    -- Twilio may have told of its end already.
    status = case when transfer is null and status = 'in-progress' and duration_seconds is not null then 'failed' else status end,
    poll_at = case when transfer is not null or duration_seconds is null then poll_at end
  where provider_call_id = p_provider_call_id and direction = 'inbound' returning * into v_call;
  if v_call.id is null and p_to = '' then
    return jsonb_build_object('result', 'unknown_call');
  end if;
  -- Whoever asked its agent for a person, and whom the organization sends there, it has not lost: it is told of the message
  -- as of any other thing (voicemail.received).
  perform private.notify_not_routed(
    v_call, coalesce(v_call.to_number, p_to), null, null,
    coalesce(v_call.from_number, nullif(p_from, '')), p_recording_url)
  where v_call.transfer is null and v_call.failure_reason is distinct from 'sent_to_voicemail';
  return jsonb_build_object('result', 'stored', 'organization_id', v_call.organization_id);
end
$$;

-- Whose call it is, for whoever is handed its caller over; null: not recorded.
create function public.organization_of_call(p_provider_call_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('name', (
    select o.name from orgline.calls c join orgline.organizations o on o.id = c.organization_id
    where c.provider_call_id = p_provider_call_id and c.direction = 'inbound'))
$$;

-- Its routing asks the caller for a message, and no agent: the call ends without a conversation.
create function public.record_sent_to_voicemail(p_provider_call_id text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.calls set
    failure_reason = coalesce(failure_reason, 'sent_to_voicemail'),
    status = case when duration_seconds is null then status else 'failed' end,
    poll_at = case when duration_seconds is null then poll_at end
  where provider_call_id = p_provider_call_id and direction = 'inbound' and status = 'in-progress';
  return jsonb_build_object('recorded', found);
end
$$;
