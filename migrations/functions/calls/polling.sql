-- Calls whose end nobody reported: asked for at ElevenLabs until it is known, or given up.

-- Calls whose end should have been reported by now, or whose start is in doubt. Taking them pushes
-- their next look away, so that two servers do not look at the same ones. Looks are counted apart
-- (count_call_poll): one that got no answer has found nothing out.
create function public.claim_calls_to_poll(p_limit integer, p_again_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_calls jsonb;
begin
  with due as (
    select c.id from orgline.calls c where c.poll_at <= v_now order by c.poll_at limit p_limit for update skip locked
  ), taken as (
    update orgline.calls c set poll_at = v_now + make_interval(secs => p_again_ms / 1000.0)
    from due where c.id = due.id returning c
  )
  select coalesce(jsonb_agg(
    private.call_view((taken.c)) || jsonb_build_object('poll_failing', (taken.c).poll_failing_since is not null)), '[]')
  into v_calls from taken;
  return jsonb_build_object('calls', v_calls);
end
$$;

-- A look that concluded nothing though ElevenLabs answered.
create function public.count_call_poll(p_call_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.calls set poll_attempts = poll_attempts + 1 where id = p_call_id;
  return jsonb_build_object('counted', found);
end
$$;

-- A look failed though the carrier answers others. After an hour of nothing else a person is told, once; after a day
-- nobody looks any more, and the call has ended unreported.
create function public.record_call_poll_failed(p_call_id uuid, p_error text, p_inbound_voice text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_call orgline.calls;
  v_facts jsonb;
begin
  update orgline.calls set poll_failing_since = coalesce(poll_failing_since, now())
  where id = p_call_id and poll_at is not null returning * into v_call;
  if v_call.poll_failing_since < now() - interval '1 day' then
    return private.stop_polling_call(p_call_id, true, p_error, p_inbound_voice, null, null);
  end if;
  if v_call.poll_failing_since < now() - interval '1 hour' then
    v_facts := private.facts_of_unended_call(v_call, true, p_error, false);
    if not private.revise_notification('post_call_missed', p_call_id::text, v_facts) then
      perform private.notify('post_call_missed', p_call_id::text, v_facts, v_call.organization_id, v_facts ->> 'number');
    end if;
  end if;
  return jsonb_build_object('stopped', false);
end
$$;

-- A look got an answer again.
create function public.end_call_poll_failing(p_call_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.calls set poll_failing_since = null where id = p_call_id;
  perform private.resolve_notifications(array[n.type], n.subject, 'system') from orgline.admin_notifications n
  where n.type = 'post_call_missed' and n.subject = p_call_id::text and n.status = 'pending' and n.facts ->> 'cause' = 'end_unread';
  return '{}';
end
$$;

-- Looking was in vain, often enough. p_found: ElevenLabs knows the call. One it does not know, and
-- that nobody heard of since the request, was not dialled; one whose end Twilio told had no
-- conversation. Any other has failed because its end was not reported. A person is told, but not of a
-- call that was over within seconds, before a conversation could begin; unless this server was to answer
-- it (p_inbound_voice where its organization has not chosen): then its caller heard an apology, and
-- whoever was to record that died. p_phone_status, p_phone_seconds: how Twilio ended the call that ElevenLabs
-- says goes on; null: not asked. Nobody talked in one that was not completed, or in no time.
create function public.stop_polling_call(
  p_call_id uuid, p_found boolean, p_inbound_voice text, p_phone_status text, p_phone_seconds integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
begin
  return private.stop_polling_call(p_call_id, p_found, null, p_inbound_voice, p_phone_status, p_phone_seconds);
end
$$;

-- p_error: why looking failed; null: it did not.
create function private.stop_polling_call(
  p_call_id uuid, p_found boolean, p_error text, p_inbound_voice text, p_phone_status text, p_phone_seconds integer
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_call orgline.calls;
  v_reason text;
  v_is_unheard boolean;
  v_facts jsonb;
  v_had_no_talk boolean := coalesce(p_phone_status <> 'completed' or p_phone_seconds = 0, false);
  c_not_reported constant text := 'end_not_reported';
begin
  select * into v_call from orgline.calls c
  where c.id = p_call_id and c.poll_at is not null and private.is_open_call(c.status) for update;
  if not found then
    return jsonb_build_object('stopped', false);
  end if;
  -- Whoever was put through to somebody has talked to them; that the call is over, nobody told.
  if v_call.direction = 'inbound' and v_call.answered_by = 'person' and v_call.failure_reason is null then
    update orgline.calls set status = 'completed', poll_at = null, duration_seconds = coalesce(duration_seconds, p_phone_seconds)
    where id = p_call_id;
    return jsonb_build_object('stopped', true);
  end if;
  v_reason := case
    -- Its caller heard an apology.
    when v_call.failure_reason is not null then v_call.failure_reason
    when v_had_no_talk then private.reason_of_phone_status(p_phone_status)
    when p_found or v_call.conversation_id is not null then c_not_reported
    when private.is_undecided_call(v_call.status) then 'not_dialled'
    when v_call.duration_seconds is not null then 'no_conversation'
    else c_not_reported end;
  v_is_unheard := v_call.direction = 'inbound' and v_call.failure_reason is null and v_reason <> c_not_reported
    and private.is_answered_here(v_call, p_inbound_voice);
  update orgline.calls set
    status = 'failed', poll_at = null, failure_reason = v_reason, end_unknown = v_reason = c_not_reported,
    duration_seconds = coalesce(duration_seconds, p_phone_seconds)
  where id = p_call_id;
  -- Should a report tell of a cost after all, that counts.
  perform private.record_agent_cost(jsonb_build_object(
    'conversation_id', v_call.conversation_id, 'direction', v_call.direction, 'cost', 0,
    'started_at', coalesce(v_call.started_at, v_call.created_at)), v_call.organization_id)
  where v_had_no_talk and v_call.conversation_id is not null;
  if v_is_unheard then
    perform private.notify_not_routed(v_call, v_call.to_number, v_reason, null, v_call.from_number, v_call.recording_url);
    return jsonb_build_object('stopped', true);
  end if;
  perform private.doubt_not_dialled(array[p_call_id]) from orgline.webhook_events w
  where w.kind = 'call' and w.event ->> 'our_number' = v_call.from_number
    and p_call_id = any (private.calls_event_may_mean(w.event, w.received_at));
  if v_reason = c_not_reported or v_call.status = 'in-progress' and v_call.failure_reason is null and v_call.duration_seconds >= 10 then
    v_facts := private.facts_of_unended_call(v_call, p_found, p_error, true);
    -- Of one that could not be read a person may know already: it happened once.
    if not (p_error is not null and private.revise_notification('post_call_missed', p_call_id::text, v_facts)) then
      perform private.notify('post_call_missed', p_call_id::text, v_facts, v_call.organization_id, v_facts ->> 'number');
    end if;
  end if;
  perform private.finalize_outlays(array[p_call_id]);
  return jsonb_build_object('stopped', true);
end
$$;

-- Which of these conversations nobody has told us of: no call has them, and no event of them is kept.
create function public.unknown_conversations(p_conversation_ids jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('ids', coalesce(jsonb_agg(i.id), '[]'))
  from jsonb_array_elements_text(p_conversation_ids) as i(id)
  where not exists (select from orgline.calls c where c.conversation_id = i.id)
    and not exists (select from orgline.text_conversations t where t.conversation_id = i.id and t.poll_at is null)
    and not exists (select from orgline.webhook_events w where w.event ->> 'conversation_id' = i.id)
    and not private.is_erased(array[i.id]) and not private.is_refused(i.id)
$$;
