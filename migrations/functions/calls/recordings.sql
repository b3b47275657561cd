-- What was recorded of calls: where it is heard, by whom, and when it goes.

-- Where this server has the recording of a call; null: there is none, or its time is over. The path is the one
-- address that anybody reads: what carriers call it opens with the operators' credentials.
create function private.recording_path(c orgline.calls) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when c.recording_gone_at is null and c.words_gone_at is null
      and (c.recording_url is not null or c.conversation_id is not null and c.status = 'completed')
    then '/api/organizations/' || c.organization_id || '/calls/' || c.id || '/recording' end;
end
$$;

-- The call whose recording is there to be heard.
create function private.recorded_call(p_actor public.orgline_actor, p_organization_id uuid, p_call_id uuid) returns orgline.calls
language plpgsql stable set search_path = '' as $$
declare
  v_call orgline.calls;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  v_call := private.call_by_id(p_organization_id, p_call_id);
  if private.recording_path(v_call) is not null then
    return v_call;
  end if;
  if v_call.recording_gone_at is not null or v_call.words_gone_at is not null then
    raise exception 'recording_out_of_time' using errcode = 'OL142', detail = jsonb_build_object('call_id', p_call_id);
  end if;
  if not private.is_ended_call(v_call.status) then
    raise exception 'recording_under_way' using errcode = 'OL141', detail = jsonb_build_object('call_id', p_call_id), hint = '10';
  end if;
  raise exception 'recording_missing' using errcode = 'OL140', detail = jsonb_build_object('call_id', p_call_id);
end
$$;

-- By what the carriers know the recording: that on tape, where there is one, else the conversation.
create function public.find_recording(p_actor public.orgline_actor, p_organization_id uuid, p_call_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('tape', c.recording_url, 'conversation_id', c.conversation_id)
  from private.recorded_call(p_actor, p_organization_id, p_call_id) c
$$;

-- Somebody is about to hear it: written down before the first byte, and only while it is there to be heard.
create function public.note_listening(p_actor public.orgline_actor, p_organization_id uuid, p_call_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.recorded_call(p_actor, p_organization_id, p_call_id);
  perform private.audit(p_actor, 'listen_to_recording', p_organization_id, p_call_id::text, p_is_reading => true);
  return '{}';
end
$$;
