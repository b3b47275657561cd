-- Calls, and messages on tape, that the carrier lists and no webhook told of, because this server or its
-- database gave no answer.

-- Of calls that the carrier listed: those that are not recorded, and those whose end nobody reported.
-- As unknown_messages.
create function public.unknown_calls(p_calls jsonb, p_public_url text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('sids', case when private.is_current_deployment(p_public_url) then coalesce(jsonb_agg(t.sid), '[]') end)
  from jsonb_to_recordset(p_calls) as t(sid text, "to" text, at timestamptz)
  where not exists (
      select from orgline.calls c where c.provider_call_id = t.sid and not private.lacks_end(c))
    and not private.is_erased(array[t.sid]) and not private.is_refused(t.sid)
    and (t."to" = '' or private.was_ours(t."to", t.at))
$$;

-- Those of the recordings ({sid, call_sid}) that are of a call to us of which no message on tape is known, nor
-- was, before what was said on it was taken away; and those of which nobody can tell whose they are (call_sid
-- is empty).
create function public.unknown_voicemails(p_voicemails jsonb, p_public_url text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('sids', case when private.is_current_deployment(p_public_url) then coalesce(jsonb_agg(t.sid), '[]') end)
  from jsonb_to_recordset(p_voicemails) as t(sid text, call_sid text)
  where not private.is_refused(t.sid) and (t.call_sid = '' or exists (
    select from orgline.calls c
    where c.provider_call_id = t.call_sid and c.direction = 'inbound' and c.recording_url is null and c.words_gone_at is null))
$$;

create function private.notify_missed_call(p_sid text, p_to text, p_started_at timestamptz) returns void
language sql set search_path = '' as $$
  select private.notify('call_routing_failed', p_to, jsonb_build_object(
    'cause', 'missed', 'number', p_to, 'provider_id', p_sid, 'at', p_started_at), null, p_to)
$$;

-- A call that is over and that no webhook told of. Whether an agent answered it, as before a backup was
-- restored, only ElevenLabs knows: the sweep of its conversations finds the call, or else it is looked up
-- after p_poll_ms. Where nobody answered, the end of looking tells a person (stop_polling_call).
-- result: stored, ended (it is known, and only its end was not told), duplicate, erased, or unknown_number
-- (with its notification).
create function public.record_missed_call(
  p_provider_call_id text, p_from text, p_to text, p_customer text, p_started_at timestamptz,
  p_status text, p_duration_seconds integer, p_poll_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_begun jsonb;
  v_call orgline.calls;
begin
  perform private.lock_call(p_provider_call_id);
  select * into v_call from orgline.calls c where c.provider_call_id = p_provider_call_id;
  if v_call.id is not null or private.is_refused(p_provider_call_id) then
    return jsonb_build_object(
      'result', case when private.lacks_end(v_call) and private.apply_call_status(p_provider_call_id, p_status, p_duration_seconds)
        then 'ended' else 'duplicate' end,
      'organization_id', v_call.organization_id);
  end if;
  v_begun := public.begin_inbound_call(p_provider_call_id, null, null, p_from, p_to, p_customer, null, p_poll_ms, p_started_at);
  if v_begun ->> 'organization' is null then
    perform private.notify_missed_call(p_provider_call_id, p_to, p_started_at);
    return jsonb_build_object('result', 'unknown_number');
  end if;
  select * into v_call from orgline.calls c where c.id = (v_begun ->> 'call_id')::uuid;
  if v_call.id is null then
    return jsonb_build_object('result', 'erased');
  end if;
  perform private.apply_call_status(p_provider_call_id, p_status, p_duration_seconds);
  return jsonb_build_object('result', 'stored', 'organization_id', v_call.organization_id);
end
$$;

-- Whether an inbound call may be over without anybody having told.
create function private.lacks_end(c orgline.calls) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return c.direction = 'inbound' and c.status = 'in-progress' and c.duration_seconds is null;
end
$$;

-- Whether calls to the number of a call come to this server.
create function private.is_answered_here(c orgline.calls, p_inbound_voice text) returns boolean
language sql stable set search_path = '' as $$
  select private.inbound_voice(c.organization_id, p_inbound_voice) = 'server' or p.elevenlabs_phone_id is null
    or p.import_state is not null
  from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id
  where h.id = c.organization_phone_number_id
$$;
