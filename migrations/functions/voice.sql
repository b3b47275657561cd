-- Inbound calls that Twilio asks this server about: who answers, and what became of calls that no
-- agent could answer.

-- How calls to an organization's numbers are answered; p_default where it has not chosen.
create function private.inbound_voice(p_organization_id uuid, p_default text) returns text
language sql stable set search_path = '' as $$
  select coalesce((select o.settings ->> 'inbound_voice' from public.organizations o where o.id = p_organization_id), p_default)
$$;

-- The call that is ringing. result: answer, with what its agent (p_agent_id where the number has none
-- of its own) may know, as for a call that ElevenLabs asks about; not_in_service, for a number of ours
-- nobody may answer on; or unknown_number, with its notification. forward_to: null also where it has
-- become a number of ours since it was set, because such a call would come back.
create function public.begin_voice_call(
  p_provider_call_id text, p_agent_id text, p_from text, p_to text, p_customer text, p_request_id text, p_look_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_agent_id text := coalesce((
    select p.agent_id from public.phone_numbers p where p.phone_number = p_to and p.status = 'assigned'), p_agent_id);
  v_begun jsonb := public.begin_inbound_call(
    nullif(p_provider_call_id, ''), null, v_agent_id, p_from, p_to, p_customer, p_request_id, p_look_ms);
begin
  if v_begun ->> 'organization' is not null then
    return v_begun || jsonb_build_object('result', 'answer', 'agent_id', v_agent_id, 'forward_to', (
      select o.settings ->> 'fallback_forward_to' from public.organizations o
      where o.id = (v_begun -> 'organization' ->> 'id')::uuid and not private.is_ours(o.settings ->> 'fallback_forward_to')));
  end if;
  if private.is_ours(p_to) then
    return jsonb_build_object('result', 'not_in_service');
  end if;
  perform private.notify('call_routing_failed', p_to, format(
    'A call to %1$s came to us and was refused with a sentence: that number is not one of ours. Either enter it: POST /api/admin/phone-numbers {"phoneNumber": "%1$s", "organizationId": "<its id>"}. Or, where it is not for us, point "A call comes in" elsewhere at Twilio Console > Phone Numbers > Active numbers > %1$s. Then resolve this notification.',
    p_to), null, p_to);
  return jsonb_build_object('result', 'unknown_number');
end
$$;

-- No agent could answer: the caller heard an apology. The call ends with what Twilio tells of its end,
-- which may have come already.
create function public.record_call_not_routed(p_provider_call_id text, p_to text, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_call public.calls;
begin
  update public.calls set
    failure_reason = p_reason,
    status = case when duration_seconds is null then status else 'failed' end,
    look_at = case when duration_seconds is null then look_at end
  where provider_call_id = p_provider_call_id and direction = 'inbound' and status <> 'completed' returning * into v_call;
  perform private.notify_not_routed(v_call, p_to, p_reason, v_call.from_number, v_call.recording_url);
  return jsonb_build_object('recorded', v_call.id is not null);
end
$$;

-- p_recording_url: of the message the caller has left by now, which may be told of before the failure.
create function private.notify_not_routed(
  c public.calls, p_to text, p_reason text, p_from text, p_recording_url text
) returns void language sql set search_path = '' as $$
  select private.notify('call_routing_failed', p_to, format(
    'A call to %1$s%2$s heard an apology and not its agent: %3$s.%4$s 1. Where ElevenLabs is the cause, see https://status.elevenlabs.io, that ELEVENLABS_API_KEY is good, and that the agent hears and speaks μ-law 8000 Hz (npm run setup:elevenlabs puts that right); where the database is, GET /readyz. 2. Call the customer back where that is wanted: call %5$s. 3. Resolve this notification; the next call is tried anew.',
    p_to, coalesce(' of ' || private.order_for_whom(c.organization_id), ''), p_reason,
    case when p_recording_url is null then ''
      else format(' The caller%s left a message: %s (opens with our Twilio account''s SID and Auth Token).', coalesce(', ' || p_from || ',', ''), p_recording_url) end,
    coalesce(c.id::text, '(not recorded)')),
    c.organization_id, p_to)
$$;

-- Against what is told of a call while it is being recorded.
create function private.lock_call(p_provider_call_id text) returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended(p_provider_call_id, 4))
$$;

-- The end of an inbound call as Twilio tells it, once. A call that its agent answered is closed by the
-- agent's report, which knows more; only one that never was connected has none to come.
create function private.apply_call_status(p_provider_call_id text, p_status text, p_duration_seconds integer) returns boolean
language plpgsql set search_path = '' as $$
begin
  update public.calls set
    duration_seconds = coalesce(p_duration_seconds, 0),
    status = case when p_status <> 'completed' or failure_reason is not null then 'failed' else status end,
    look_at = case when p_status <> 'completed' or failure_reason is not null then null else look_at end,
    failure_reason = coalesce(failure_reason, case when p_status <> 'completed' then format('Twilio ended the call as %s', p_status) end)
  where provider_call_id = p_provider_call_id and direction = 'inbound' and status = 'in-progress';
  if found then
    return true;
  end if;
  -- An end that was told without a duration, or not told at all.
  update public.calls set duration_seconds = p_duration_seconds
  where provider_call_id = p_provider_call_id and direction = 'inbound' and duration_seconds is null;
  return found and p_duration_seconds is not null;
end
$$;

-- The end that Twilio told of before the call was recorded.
create function private.apply_kept_call_status(p_provider_call_id text) returns void
language sql set search_path = '' as $$
  with kept as (
    delete from public.webhook_events w where w.event_key = 'call_status:' || p_provider_call_id returning w.event
  )
  select private.apply_call_status(p_provider_call_id, k.event ->> 'status', (k.event ->> 'duration_seconds')::integer) from kept k
$$;

-- What Twilio tells of a call; only its end changes anything. Of a call that is not known yet it is
-- kept, and applied when that call is recorded.
create function public.record_call_status(p_provider_call_id text, p_status text, p_duration_seconds integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if p_provider_call_id = '' or p_status not in ('completed', 'busy', 'failed', 'no-answer', 'canceled') then
    return jsonb_build_object('applied', false);
  end if;
  perform private.lock_call(p_provider_call_id);
  if not exists (select from public.calls c where c.provider_call_id = p_provider_call_id) and not private.is_erased(array[p_provider_call_id]) then
    insert into public.webhook_events (event_key, kind, event)
    values (
      'call_status:' || p_provider_call_id, 'call_status',
      jsonb_build_object('provider_call_id', p_provider_call_id, 'status', p_status, 'duration_seconds', p_duration_seconds))
    on conflict (event_key) do nothing;
  end if;
  return jsonb_build_object('applied', private.apply_call_status(p_provider_call_id, p_status, p_duration_seconds));
end
$$;

-- A message on tape. A call that could not be recorded when it came is recorded now. Twilio does not
-- always tell its numbers (p_to is empty then): result unknown_call, where the call is not known either.
create function public.record_voicemail(
  p_provider_call_id text, p_from text, p_to text, p_customer text, p_recording_url text, p_request_id text, p_look_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_call public.calls;
begin
  if exists (select from public.calls c where c.provider_call_id = p_provider_call_id and c.recording_url = p_recording_url) then
    return jsonb_build_object('result', 'duplicate');
  end if;
  if private.is_erased(array[p_provider_call_id]) then
    perform private.erase_call(private.organization_of_erased(array[p_provider_call_id]), null, null, p_provider_call_id);
    return jsonb_build_object('result', 'duplicate');
  end if;
  if p_to <> '' then
    perform public.begin_inbound_call(p_provider_call_id, null, null, p_from, p_to, p_customer, p_request_id, p_look_ms);
  end if;
  update public.calls set
    recording_url = p_recording_url,
    failure_reason = coalesce(failure_reason, 'no agent could answer'),
    -- Twilio may have told of its end already.
    status = case when status = 'in-progress' and duration_seconds is not null then 'failed' else status end,
    look_at = case when duration_seconds is null then look_at end
  where provider_call_id = p_provider_call_id and direction = 'inbound' returning * into v_call;
  if v_call.id is null and p_to = '' then
    return jsonb_build_object('result', 'unknown_call');
  end if;
  perform private.notify_not_routed(
    v_call, coalesce(v_call.to_number, p_to), coalesce(v_call.failure_reason, 'no agent could answer'),
    coalesce(v_call.from_number, nullif(p_from, '')), p_recording_url);
  return jsonb_build_object('result', 'stored', 'organization_id', v_call.organization_id);
end
$$;

-- The numbers of an organization that are live without an import, although ElevenLabs is to answer
-- them: an order for each imports it; until then this server answers.
create function private.order_missing_imports(p_organization_id uuid, p_default text) returns void
language sql set search_path = '' as $$
  select private.order_import_of(p) from public.phone_numbers p
  join public.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  where h.organization_id = p_organization_id and private.inbound_voice(p_organization_id, p_default) = 'elevenlabs'
    and p.status = 'assigned' and p.elevenlabs_phone_id is null
$$;

-- The order that imports a live number: the open one it has, else a new one.
create function private.order_import_of(p public.phone_numbers) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_order_id uuid;
begin
  select n.id into v_order_id from public.number_orders n
  where n.phone_number_id = p.id and n.status in ('running', 'needs_person') order by n.created_at desc limit 1;
  if v_order_id is null then
    insert into public.number_orders (organization_id, cause, country, area_code, step, phone_number_id)
    values (
      (select h.organization_id from public.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null),
      'adopted', p.country,
      -- What was asked for stays known; nothing is searched for any more.
      (select n.area_code from public.number_orders n where n.phone_number_id = p.id order by n.created_at desc limit 1),
      'import', p.id) returning id into v_order_id;
  end if;
  return v_order_id;
end
$$;

-- Whose call it is, for whoever speaks to its caller again; null: not recorded.
create function public.organization_of_call(p_provider_call_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('name', (
    select o.name from public.calls c join public.organizations o on o.id = c.organization_id
    where c.provider_call_id = p_provider_call_id and c.direction = 'inbound'))
$$;

-- The number an organization would call from, if it is live without an import: the order that
-- imports it. Null: there is nothing to import.
create function public.order_import_for_calling(p_user_id uuid, p_organization_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number public.phone_numbers;
begin
  perform private.visible_organization(p_user_id, p_organization_id);
  v_number := private.calling_number(p_organization_id);
  -- Two calls at once must not order it twice.
  select p.* into v_number from public.phone_numbers p where p.id = v_number.id for update;
  return jsonb_build_object('order_id',
    case when v_number.status = 'assigned' and v_number.elevenlabs_phone_id is null then private.order_import_of(v_number) end);
end
$$;
