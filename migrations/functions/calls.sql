-- Calls from their first sign to their end. A call that has ended never comes back to life, and
-- what is known of it is never overwritten by less.

create function private.call_view(c public.calls) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', c.id, 'organization_id', c.organization_id, 'direction', c.direction, 'status', c.status,
    'conversation_id', c.conversation_id, 'provider_call_id', c.provider_call_id, 'agent_id', c.agent_id,
    'from_number', c.from_number, 'to_number', c.to_number, 'from_fallback', c.from_fallback,
    'failure_reason', c.failure_reason, 'looks', c.looks, 'created_at', c.created_at)
$$;

-- Which organization held a number at a moment: the tenant of a call nobody announced. The vendor
-- tells the moment in whole seconds, cut off.
create function private.holding_at(p_phone_number text, p_at timestamptz) returns public.organization_phone_numbers
language sql stable set search_path = '' as $$
  select h from public.organization_phone_numbers h
  join public.phone_numbers p on p.id = h.phone_number_id
  where p.phone_number = p_phone_number and h.assigned_at < p_at + interval '1 second' and (h.ended_at is null or h.ended_at > p_at)
  order by h.assigned_at desc limit 1
$$;

-- The call an event is about: by our own id, by the vendors' ids, or, for an outbound call whose
-- request went unanswered, by being the only one between these two numbers that waits for an answer.
create function private.call_of_event(p_event jsonb) returns uuid
language plpgsql stable set search_path = '' as $$
declare
  v_id uuid;
begin
  select c.id into v_id from public.calls c
  where c.id = (p_event ->> 'call_id')::uuid
     or c.conversation_id = p_event ->> 'conversation_id'
     or c.provider_call_id = p_event ->> 'provider_call_id'
  order by (c.id = (p_event ->> 'call_id')::uuid) desc nulls last, (c.conversation_id = p_event ->> 'conversation_id') desc nulls last
  limit 1;
  if v_id is null and p_event ->> 'direction' = 'outbound' then
    select (array_agg(c.id))[1] into v_id from public.calls c
    where c.direction = 'outbound' and c.status in ('initiating', 'unknown')
      and c.from_number = p_event ->> 'our_number' and c.to_number = p_event ->> 'customer_number'
    having count(*) = 1;
  end if;
  return v_id;
end
$$;

-- Applies the end of a call, once: the same event again changes nothing.
-- result: applied, duplicate, or unknown_call (nothing was written).
create function private.apply_call_event(p_event jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_id uuid := private.call_of_event(p_event);
  v_holding public.organization_phone_numbers;
  v_call public.calls;
  v_status text := case p_event ->> 'outcome' when 'failed' then 'failed' else 'completed' end;
begin
  if v_id is null then
    v_holding := private.holding_at(p_event ->> 'our_number', (p_event ->> 'started_at')::timestamptz);
    if v_holding.id is null then
      return jsonb_build_object('result', 'unknown_call');
    end if;
    insert into public.calls (
      organization_id, organization_phone_number_id, contact_id, direction, provider_call_id, conversation_id, agent_id,
      from_number, to_number, status)
    values (
      v_holding.organization_id, v_holding.id, private.upsert_contact(v_holding.organization_id, p_event ->> 'customer'),
      p_event ->> 'direction', p_event ->> 'provider_call_id', p_event ->> 'conversation_id', p_event ->> 'agent_id',
      case p_event ->> 'direction' when 'inbound' then p_event ->> 'customer_number' else p_event ->> 'our_number' end,
      case p_event ->> 'direction' when 'inbound' then p_event ->> 'our_number' else p_event ->> 'customer_number' end,
      'in-progress')
    on conflict do nothing;
    v_id := private.call_of_event(p_event);
  end if;
  select * into v_call from public.calls c where c.id = v_id for update;
  if v_call.status = 'completed' or (v_call.status = 'failed' and v_status = 'failed') then
    return jsonb_build_object('result', 'duplicate', 'organization_id', v_call.organization_id);
  end if;
  update public.calls set
    status = v_status, look_at = null,
    conversation_id = coalesce(conversation_id, p_event ->> 'conversation_id'),
    provider_call_id = coalesce(provider_call_id, p_event ->> 'provider_call_id'),
    agent_id = coalesce(agent_id, p_event ->> 'agent_id'),
    started_at = coalesce((p_event ->> 'started_at')::timestamptz, started_at),
    duration_seconds = (p_event ->> 'duration_seconds')::integer,
    cost = (p_event ->> 'cost')::bigint,
    summary = p_event ->> 'summary',
    exchanges = coalesce(p_event -> 'exchanges', '[]'),
    transcript = case jsonb_typeof(p_event -> 'transcript') when 'array' then p_event -> 'transcript' end,
    failure_reason = p_event ->> 'failure_reason'
  where id = v_id;
  return jsonb_build_object('result', 'applied', 'organization_id', v_call.organization_id);
end
$$;

-- A post-call event, from the webhook or found by looking. What cannot be applied yet is kept.
create function public.record_call_event(p_event_key text, p_event jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_result jsonb := private.apply_call_event(p_event);
begin
  if v_result ->> 'result' = 'unknown_call' then
    insert into public.webhook_events (event_key, event) values (p_event_key, p_event) on conflict (event_key) do nothing;
    return jsonb_build_object('result', 'kept');
  end if;
  return v_result;
end
$$;

-- Tries the kept events that are due. After a day without a call a person is told, once.
create function public.retry_kept_events(p_limit integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_kept public.webhook_events;
  v_applied integer := 0;
begin
  for v_kept in
    select * from public.webhook_events w where w.next_try_at <= clock_timestamp()
    order by w.next_try_at limit p_limit for update skip locked
  loop
    if private.apply_call_event(v_kept.event) ->> 'result' <> 'unknown_call' then
      delete from public.webhook_events where id = v_kept.id;
      v_applied := v_applied + 1;
    elsif v_kept.received_at < now() - interval '1 day' then
      perform private.notify('post_call_missed', coalesce(v_kept.event ->> 'our_number', v_kept.event ->> 'conversation_id'), format(
        'ElevenLabs reported the end of conversation %1$s on our number %2$s, but no organization held that number then, so the report was dropped after a day. 1. ElevenLabs Dashboard > Conversations > %1$s shows who called and what was said. 2. GET /api/admin/phone-numbers shows who holds the number now; one of ours that is missing there is entered with POST /api/admin/phone-numbers. 3. Resolve this notification; nothing follows by itself.',
        v_kept.event ->> 'conversation_id', coalesce(v_kept.event ->> 'our_number', '(none)')), null, v_kept.event ->> 'our_number');
      delete from public.webhook_events where id = v_kept.id;
    else
      update public.webhook_events set next_try_at = clock_timestamp() + interval '1 minute' where id = v_kept.id;
    end if;
  end loop;
  return jsonb_build_object('applied', v_applied);
end
$$;

-- Calls whose end should have been reported by now, or whose start is in doubt. Taking them pushes
-- their next look away, so that two servers do not look at the same ones.
create function public.claim_calls_to_look_at(p_limit integer, p_again_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_calls jsonb;
begin
  with due as (
    select c.id from public.calls c where c.look_at <= clock_timestamp() order by c.look_at limit p_limit for update skip locked
  ), taken as (
    update public.calls c set looks = c.looks + 1, look_at = clock_timestamp() + make_interval(secs => p_again_ms / 1000.0)
    from due where c.id = due.id returning c
  )
  select coalesce(jsonb_agg(private.call_view((taken.c))), '[]') into v_calls from taken;
  return jsonb_build_object('calls', v_calls);
end
$$;

-- Looking found nothing, often enough. An unanswered request did not dial; a call that began stays
-- as it is, and a person is told that its record is missing.
create function public.stop_looking_at_call(p_call_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_call public.calls;
begin
  update public.calls set look_at = null,
    failure_reason = case when status in ('initiating', 'unknown') then 'ElevenLabs knows of no such call, so it was not dialled' else failure_reason end,
    status = case when status in ('initiating', 'unknown') then 'failed' else status end
  where id = p_call_id and look_at is not null returning * into v_call;
  if v_call.status = 'in-progress' then
    perform private.notify('post_call_missed', p_call_id::text, format(
      'The end of the %s call %s of %s, from %s to %s, was not reported, and ElevenLabs has no finished conversation of it: transcript and summary are missing. 1. Look for it at ElevenLabs Dashboard > Conversations (%s). 2. Where more are missing, npm run setup:elevenlabs puts the post-call webhook right. 3. Resolve this notification; should the report still come, it is applied.',
      v_call.direction, p_call_id, private.order_for_whom(v_call.organization_id), v_call.from_number, v_call.to_number,
      coalesce('conversation ' || v_call.conversation_id, 'without a conversation id')),
      v_call.organization_id, case v_call.direction when 'inbound' then v_call.to_number else v_call.from_number end);
  end if;
  return jsonb_build_object('stopped', v_call.id is not null);
end
$$;

-- Which of these conversations nobody has told us of: no call has them, and no event of them is kept.
create function public.unknown_conversations(p_conversation_ids jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('ids', coalesce(jsonb_agg(i.id), '[]'))
  from jsonb_array_elements_text(p_conversation_ids) as i(id)
  where not exists (select from public.calls c where c.conversation_id = i.id)
    and not exists (select from public.webhook_events w where w.event ->> 'conversation_id' = i.id)
$$;

-- The end of a call that was found at ElevenLabs though no webhook told of it. The workspace may
-- have conversations on numbers that are not ours: those are foreign, and nothing is kept of them.
create function public.record_found_call(p_event_key text, p_event jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.call_of_event(p_event) is null
    and not exists (select from public.phone_numbers p where p.phone_number = p_event ->> 'our_number' and p.status <> 'failed') then
    return jsonb_build_object('result', 'foreign');
  end if;
  return public.record_call_event(p_event_key, p_event);
end
$$;
