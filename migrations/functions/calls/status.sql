-- The end of an inbound call as Twilio tells it.

-- Why a call came to nothing that the telephone company ended so.
create function private.reason_of_phone_status(p_status text) returns text
language sql immutable set search_path = '' as $$
  select case p_status
    when 'busy' then 'line_busy' when 'no-answer' then 'not_answered' when 'canceled' then 'canceled' when 'completed' then 'hung_up'
    else 'not_connected' end
$$;

-- The end of an inbound call as Twilio tells it, once, and of the leg by which its caller was put through. A call
-- that its agent answered is closed by the agent's report, which knows more; one that never was connected, or that
-- a person answered to whom its caller was put through, has none to come.
create function private.apply_call_status(p_provider_call_id text, p_status text, p_duration_seconds integer) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_is_reported boolean;
begin
  update orgline.calls set
    duration_seconds = coalesce(p_duration_seconds, 0),
    status = case when p_status <> 'completed' or failure_reason is not null then 'failed'
      when answered_by = 'person' then 'completed' else status end,
    poll_at = case when p_status = 'completed' and failure_reason is null and answered_by is distinct from 'person' then poll_at end,
    failure_reason = coalesce(failure_reason, case when p_status <> 'completed' then private.reason_of_phone_status(p_status) end)
  where provider_call_id = p_provider_call_id and direction = 'inbound' and status = 'in-progress';
  v_is_reported := found;
  if not v_is_reported then
    -- An end that was told without a duration, or not told at all.
    update orgline.calls set duration_seconds = p_duration_seconds
    where provider_call_id = p_provider_call_id and direction = 'inbound' and duration_seconds is null;
    v_is_reported := found and p_duration_seconds is not null;
  end if;
  perform private.end_forward(p_provider_call_id, ceil(p_duration_seconds / 60.0)::integer);
  return v_is_reported;
end
$$;

-- The end that Twilio told of before the call was recorded.
create function private.apply_deferred_call_status(p_provider_call_id text) returns void
language plpgsql set search_path = '' as $$
declare
  v_event jsonb;
begin
  delete from orgline.webhook_events w where w.event_key = 'call_status:' || p_provider_call_id returning w.event into v_event;
  if found then
    perform private.apply_call_status(p_provider_call_id, v_event ->> 'status', (v_event ->> 'duration_seconds')::integer);
  end if;
end
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
  if not exists (select from orgline.calls c where c.provider_call_id = p_provider_call_id)
    and not private.is_erased(array[p_provider_call_id]) then
    insert into orgline.webhook_events (event_key, kind, event)
    values (
      'call_status:' || p_provider_call_id, 'call_status',
      jsonb_build_object('provider_call_id', p_provider_call_id, 'status', p_status, 'duration_seconds', p_duration_seconds))
    on conflict (event_key) do nothing;
  end if;
  return jsonb_build_object('applied', private.apply_call_status(p_provider_call_id, p_status, p_duration_seconds));
end
$$;
