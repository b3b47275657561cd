-- Recordings whose time is over: nobody hears them any more, and then they are deleted at the carriers.

-- Ends some, the oldest first, so that nobody waits for it; is_more: there may be more. p_days: how long recordings are
-- kept; 0: for ever.
create function public.record_outdated_recordings(p_days integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_count integer;
begin
  update orgline.calls set
    recording_gone_at = clock_timestamp(),
    recording_due_at = case when provider_call_id is not null or conversation_id is not null then clock_timestamp() end
  where id in (
    select c.id from orgline.calls c
    where p_days > 0 and c.recording_gone_at is null and c.created_at < now() - make_interval(days => p_days)
    order by c.created_at limit 1000 for update skip locked);
  get diagnostics v_count = row_count;
  return jsonb_build_object('is_more', v_count > 0);
end
$$;

-- Takes the next call of which something is to be deleted, unless this server is not the one the numbers were last
-- pointed at: a copy of the database must not delete what its original has. is_reported: its conversation has nothing to
-- say that is not known here.
create function public.claim_recording(p_lease_ms integer, p_public_url text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_call orgline.calls;
begin
  update orgline.calls set recording_due_at = v_now + make_interval(secs => p_lease_ms / 1000.0)
  where id = (
    select c.id from orgline.calls c
    where c.recording_due_at <= v_now and private.is_current_deployment(p_public_url)
    order by c.recording_due_at limit 1 for update skip locked)
  returning * into v_call;
  return jsonb_build_object('claim', case when v_call.id is not null then jsonb_build_object(
    'id', v_call.id, 'provider_call_id', v_call.provider_call_id, 'conversation_id', v_call.conversation_id,
    'is_reported', v_call.status = 'completed', 'attempts', v_call.recording_attempts, 'lease', v_call.recording_due_at) end);
end
$$;

-- The carriers have nothing of it any more. recorded: false where more has come meanwhile, or another server has taken it.
create function public.record_recording_deleted(p_id uuid, p_lease timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_call orgline.calls;
begin
  update orgline.calls set recording_due_at = null, recording_attempts = 0
  where id = p_id and recording_due_at = p_lease returning * into v_call;
  perform private.resolve_notifications(array['recording_deletion_failed'], v_call.organization_id::text, 'system')
  where v_call.id is not null and not exists (
    select from orgline.calls c
    where c.organization_id = v_call.organization_id and c.recording_due_at is not null and c.recording_attempts > 0);
  return jsonb_build_object('recorded', v_call.id is not null);
end
$$;

-- Something of it is left there. Tried again after p_delay_ms, and once a day after p_max_attempts, when a person is asked.
-- p_is_unfinished: it goes on there, which is no failure.
create function public.record_recording_left(
  p_id uuid, p_lease timestamptz, p_error text, p_delay_ms integer, p_max_attempts integer, p_is_unfinished boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_call orgline.calls;
begin
  update orgline.calls c set
    recording_attempts = t.attempts,
    recording_due_at = clock_timestamp() + greatest(
      make_interval(secs => p_delay_ms / 1000.0), case when t.attempts >= p_max_attempts then interval '1 day' end)
  from (select k.id, k.recording_attempts + (not p_is_unfinished)::integer as attempts from orgline.calls k where k.id = p_id) t
  where c.id = t.id and c.recording_due_at = p_lease returning c.* into v_call;
  if v_call.recording_attempts >= p_max_attempts then
    perform private.notify('recording_deletion_failed', v_call.organization_id::text, jsonb_build_object(
      'organization', private.organization_name(v_call.organization_id), 'call_id', v_call.id,
      'provider_call_id', v_call.provider_call_id, 'conversation_id', v_call.conversation_id, 'error', p_error),
      v_call.organization_id);
  end if;
  return jsonb_build_object('recorded', v_call.id is not null);
end
$$;
