-- Calls from their first sign to their end. A call that has ended never comes back to life, unless it
-- was only thought to have, and what is known of it is never overwritten by less.

create function private.call_view(c public.calls) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', c.id, 'organization_id', c.organization_id, 'direction', c.direction, 'status', c.status,
    'conversation_id', c.conversation_id, 'provider_call_id', c.provider_call_id, 'agent_id', c.agent_id,
    'from_number', c.from_number, 'to_number', c.to_number, 'from_fallback', c.from_fallback,
    'failure_reason', c.failure_reason, 'looks', c.looks, 'created_at', c.created_at);
end
$$;

-- Which organization held a number in a span of time, and by which holding: the tenant of a call
-- nobody announced. A row without an id where nobody held it, or more than one organization did:
-- then nobody can tell whose the call was.
create function private.holding_between(p_phone_number text, p_from timestamptz, p_to timestamptz)
returns public.organization_phone_numbers language plpgsql stable set search_path = '' as $$
begin
  return (
    select (array_agg(h order by h.assigned_at desc))[1] from public.organization_phone_numbers h
    join public.phone_numbers p on p.id = h.phone_number_id
    where p.phone_number = p_phone_number and h.assigned_at <= p_to and (h.ended_at is null or h.ended_at > p_from)
    having count(distinct h.organization_id) = 1);
end
$$;

create function private.holding_at(p_phone_number text, p_at timestamptz) returns public.organization_phone_numbers
language sql stable set search_path = '' as $$
  select h from private.holding_between(p_phone_number, p_at, p_at) h
$$;

-- The holding that the call of an event belongs to. The vendor tells moments in whole seconds, cut off.
create function private.holding_of_event(p_event jsonb) returns public.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
begin
  return (
    select h from private.holding_between(
      p_event ->> 'our_number',
      coalesce(p_event ->> 'earliest_start', p_event ->> 'started_at')::timestamptz,
      (p_event ->> 'started_at')::timestamptz + interval '1 second') h);
end
$$;

-- The call an event names: by our own id, which goes first, or by the vendors' ids.
create function private.call_of_event(p_event jsonb) returns uuid
language plpgsql stable set search_path = '' as $$
begin
  return (
    select c.id from public.calls c
    where c.id = (p_event ->> 'call_id')::uuid
       or c.conversation_id = p_event ->> 'conversation_id'
       or c.provider_call_id = p_event ->> 'provider_call_id'
    order by (c.id = (p_event ->> 'call_id')::uuid) desc nulls last, (c.conversation_id = p_event ->> 'conversation_id') desc nulls last
    limit 1);
end
$$;

-- The calls an event may mean though it names none: between the same two numbers, whoever's they
-- are, begun when its call did and before it was told, and not known by a conversation or a provider's
-- id yet; also those that were only thought not to have been dialled, or to be over. An outbound call
-- may wait in its carriers' queues, and its failure is told when it has rung in vain.
create function private.calls_event_may_mean(p_event jsonb, p_told_at timestamptz) returns uuid[]
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(c.id), '{}') from public.calls c
    where p_event ->> 'call_id' is null and c.direction = p_event ->> 'direction'
      and c.status <> 'completed' and (c.status <> 'failed' or c.end_unknown or private.is_not_dialled(c))
      and c.conversation_id is null and (c.provider_call_id is null or p_event ->> 'provider_call_id' is null)
      and c.created_at <= p_told_at
      and case c.direction
        when 'outbound' then c.from_number = p_event ->> 'our_number' and c.to_number = p_event ->> 'customer_number'
          and (p_event ->> 'started_at')::timestamptz
            between c.created_at - interval '1 minute' and coalesce(c.dialled_at, c.created_at) + interval '5 minutes'
        else c.to_number = p_event ->> 'our_number' and c.from_number = p_event ->> 'customer_number'
          and abs(extract(epoch from c.created_at - (p_event ->> 'started_at')::timestamptz)) < 120 end);
end
$$;

-- Whether nobody but the organization of a call held our number from its beginning to that of an
-- event's call. The default number may be another's; calls from it belong to no holding.
create function private.is_of_holder(c public.calls, p_event jsonb) returns boolean
language sql stable set search_path = '' as $$
  select c.from_fallback or exists (
    select from private.holding_between(
      p_event ->> 'our_number',
      least(c.created_at, coalesce(p_event ->> 'earliest_start', p_event ->> 'started_at')::timestamptz),
      greatest(c.created_at, (p_event ->> 'started_at')::timestamptz + interval '1 second')) h
    where h.organization_id = c.organization_id)
$$;

-- Whether a call of ours is known, or thought, not to have been dialled: the same request may dial it.
create function private.is_not_dialled(c public.calls) returns boolean
language sql immutable set search_path = '' as $$
  select c.direction = 'outbound' and c.status = 'failed' and not c.end_unknown
    and c.conversation_id is null and c.started_at is null
$$;

-- Calls of which one may have been dialled after all, and nobody can tell which: none is dialled again.
create function private.doubt_not_dialled(p_call_ids uuid[]) returns void
language sql set search_path = '' as $$
  update public.calls c set
    end_unknown = true,
    failure_reason = concat_ws('; ', c.failure_reason, 'an end was reported that fits this and another call, so it may have been dialled')
  where c.id = any (p_call_ids) and private.is_not_dialled(c)
$$;

-- A call that nobody announced, for whoever held our number. Null where that cannot be told, where it
-- was erased with its contact, and for a call that never connected: those are ours, recorded before
-- they were dialled, and the event does not say whose.
create function private.create_call_of_event(p_event jsonb) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_holding public.organization_phone_numbers := private.holding_of_event(p_event);
  v_contact_id uuid;
  v_is_erased boolean;
begin
  if v_holding.id is null or p_event ->> 'outcome' = 'not_connected' then
    return null;
  end if;
  select c.contact_id, c.is_erased into v_contact_id, v_is_erased from private.contact_of_event(v_holding.organization_id, p_event) c;
  if v_is_erased then
    return null;
  end if;
  insert into public.calls (
    organization_id, organization_phone_number_id, contact_id, direction, provider_call_id, conversation_id, agent_id,
    from_number, to_number, status)
  values (
    v_holding.organization_id, v_holding.id, v_contact_id,
    p_event ->> 'direction', p_event ->> 'provider_call_id', p_event ->> 'conversation_id', p_event ->> 'agent_id',
    case p_event ->> 'direction' when 'inbound' then p_event ->> 'customer_number' else p_event ->> 'our_number' end,
    case p_event ->> 'direction' when 'inbound' then p_event ->> 'our_number' else p_event ->> 'customer_number' end,
    'in-progress')
  on conflict do nothing;
  return private.call_of_event(p_event);
end
$$;

-- Once it is known that the vendors' ids belong to a call: a row made from an event alone (it has no
-- request) gives way to it, with all it had. False when another request's call has the ids.
create function private.take_over_ids(p_call_id uuid, p_conversation_id text, p_provider_call_id text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_other public.calls;
begin
  for v_other in
    delete from public.calls c
    where c.id <> p_call_id and c.request_id is null
      and (c.conversation_id = p_conversation_id or c.provider_call_id = p_provider_call_id)
    returning c.*
  loop
    update public.calls c set
      conversation_id = coalesce(c.conversation_id, v_other.conversation_id),
      provider_call_id = coalesce(c.provider_call_id, v_other.provider_call_id),
      status = v_other.status, look_at = null, end_unknown = v_other.end_unknown, started_at = v_other.started_at,
      duration_seconds = coalesce(v_other.duration_seconds, c.duration_seconds),
      cost = v_other.cost, summary = v_other.summary, outcome = v_other.outcome, exchanges = v_other.exchanges, transcript = v_other.transcript,
      failure_reason = v_other.failure_reason
    where c.id = p_call_id and c.status <> 'completed' and v_other.status in ('completed', 'failed');
  end loop;
  return not exists (
    select from public.calls c where c.id <> p_call_id
      and (c.conversation_id = p_conversation_id or c.provider_call_id = p_provider_call_id));
end
$$;

-- Applies the end of a call, once: the same event again changes nothing. p_told_at: when it came.
-- result: applied, duplicate, erased (its contact was; nothing is kept), or unknown_call (nothing was
-- written).
create function private.apply_call_event(p_event jsonb, p_told_at timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_id uuid := private.call_of_event(p_event);
  v_meant uuid[] := case when v_id is null then private.calls_event_may_mean(p_event, p_told_at) end;
  v_call public.calls;
  v_ids_free boolean;
  v_status text := case p_event ->> 'outcome' when 'ended' then 'completed' else 'failed' end;
begin
  perform private.record_agent_cost(p_event, null);
  if v_id is null and private.is_erased_event(p_event) then
    return private.drop_erased_event(p_event);
  end if;
  if cardinality(v_meant) = 0 then
    v_id := private.create_call_of_event(p_event);
  elsif cardinality(v_meant) = 1 then
    select c.id into v_id from public.calls c where c.id = v_meant[1] and private.is_of_holder(c, p_event);
  elsif v_id is null then
    perform private.doubt_not_dialled(v_meant);
  end if;
  v_ids_free := private.take_over_ids(v_id, p_event ->> 'conversation_id', p_event ->> 'provider_call_id');
  select * into v_call from public.calls c where c.id = v_id for update;
  if not found and private.is_erased_event(p_event) then
    return private.drop_erased_event(p_event);
  end if;
  -- A call that was meant, and meanwhile turned out to be another conversation, was not.
  if v_call.id is null or (v_id = v_meant[1] and v_call.conversation_id <> p_event ->> 'conversation_id') then
    return jsonb_build_object('result', 'unknown_call');
  end if;
  -- One that failed without a conversation, or without an end, was only thought to have.
  if v_call.status = 'completed'
    or (v_call.status = 'failed' and v_status = 'failed' and v_call.conversation_id is not null and not v_call.end_unknown) then
    return jsonb_build_object('result', 'duplicate', 'organization_id', v_call.organization_id);
  end if;
  update public.calls set
    status = v_status, look_at = null, end_unknown = false,
    conversation_id = coalesce(conversation_id, case when v_ids_free then p_event ->> 'conversation_id' end),
    provider_call_id = coalesce(provider_call_id, case when v_ids_free then p_event ->> 'provider_call_id' end),
    agent_id = coalesce(agent_id, p_event ->> 'agent_id'),
    -- The vendor tells moments in whole seconds, cut off; within such a second ours is the better one.
    started_at = case
      when created_at - (p_event ->> 'started_at')::timestamptz between interval '0' and interval '1 second' then created_at
      else coalesce((p_event ->> 'started_at')::timestamptz, started_at) end,
    duration_seconds = coalesce((p_event ->> 'duration_seconds')::integer, duration_seconds),
    cost = (p_event ->> 'cost')::bigint,
    summary = p_event ->> 'summary',
    exchanges = coalesce(p_event -> 'exchanges', '[]'),
    transcript = case jsonb_typeof(p_event -> 'transcript') when 'array' then p_event -> 'transcript' end,
    outcome = p_event ->> 'success',
    failure_reason = p_event ->> 'failure_reason'
  where id = v_id;
  perform private.record_agent_cost(p_event, v_call.organization_id);
  return jsonb_build_object('result', 'applied', 'organization_id', v_call.organization_id);
end
$$;

-- After everything else, and never waiting: a call that begins locks its own row before the number.
create function private.note_traffic(p_event jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  update public.phone_numbers set last_traffic_at = (p_event ->> 'started_at')::timestamptz
  where id = (
    select p.id from public.phone_numbers p
    where p.phone_number = p_event ->> 'our_number' and p.status not in ('released', 'failed')
      and coalesce(p.last_traffic_at < (p_event ->> 'started_at')::timestamptz, p.last_traffic_at is null)
    for update skip locked);
end
$$;

-- A post-call event, from the webhook or found by looking. What cannot be applied yet is kept.
create function public.record_call_event(p_event_key text, p_event jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_result jsonb := private.apply_call_event(p_event, clock_timestamp());
begin
  if v_result ->> 'result' = 'unknown_call' then
    insert into public.webhook_events (event_key, event) values (p_event_key, p_event) on conflict (event_key) do nothing;
    return jsonb_build_object('result', 'kept');
  end if;
  if v_result ->> 'result' = 'applied' then
    perform private.note_traffic(p_event);
  end if;
  return v_result;
end
$$;

-- Tries the kept events that are due; one that fails does not keep the others from theirs. After a
-- day without a call a person is told, once.
create function public.retry_kept_events(p_limit integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_due uuid[];
  v_kept public.webhook_events;
  v_applied jsonb[] := '{}';
  v_result text;
  v_trouble text;
begin
  -- The call of such a status did not appear in a day: it is none of ours.
  delete from public.webhook_events where kind = 'call_status' and received_at < now() - interval '1 day';
  select array_agg(w.id) into v_due from (
    select k.id from public.webhook_events k where k.kind = 'call' and k.next_try_at <= clock_timestamp()
    order by k.next_try_at limit p_limit for update skip locked) w;
  -- All contacts before any call, as for whoever erases one: each event locks its own call.
  perform from public.contacts c
  where c.id in (
    select coalesce(k.merged_into, k.id) from public.webhook_events w
    cross join lateral private.holding_of_event(w.event) h
    join public.contacts k on k.organization_id = h.organization_id and k.phone_number = w.event ->> 'customer'
    where w.id = any (v_due))
  order by c.id for key share;
  for v_kept in
    select * from public.webhook_events w where w.id = any (v_due) order by w.next_try_at
  loop
    begin
      v_result := private.apply_call_event(v_kept.event, v_kept.received_at) ->> 'result';
      v_trouble := 'nobody could tell which one call of which one organization it was';
    exception when others then
      v_result := 'unknown_call';
      v_trouble := format('it could not be stored (%s)', sqlerrm);
    end;
    if v_result <> 'unknown_call' then
      delete from public.webhook_events where id = v_kept.id;
      v_applied := v_applied || v_kept.event;
    elsif v_kept.received_at < now() - interval '1 day' then
      perform private.notify('post_call_missed', coalesce(v_kept.event ->> 'our_number', v_kept.event ->> 'conversation_id'), format(
        'ElevenLabs reported the end of conversation %1$s on our number %2$s, but %3$s, so the report was dropped after a day. 1. ElevenLabs Dashboard > Conversations > %1$s shows who called and what was said. 2. GET /api/admin/phone-numbers shows who holds the number now; one of ours that is missing there is entered with POST /api/admin/phone-numbers. 3. Resolve this notification; nothing follows by itself.',
        v_kept.event ->> 'conversation_id', coalesce(v_kept.event ->> 'our_number', '(none)'), v_trouble), null, v_kept.event ->> 'our_number');
      delete from public.webhook_events where id = v_kept.id;
    else
      update public.webhook_events set next_try_at = clock_timestamp() + interval '1 minute' where id = v_kept.id;
    end if;
  end loop;
  perform private.note_traffic(e) from unnest(v_applied) e;
  return jsonb_build_object('applied', cardinality(v_applied));
end
$$;

-- Calls whose end should have been reported by now, or whose start is in doubt. Taking them pushes
-- their next look away, so that two servers do not look at the same ones. Looks are counted apart
-- (count_look_at_call): one that got no answer has found nothing out.
create function public.claim_calls_to_look_at(p_limit integer, p_again_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_calls jsonb;
begin
  with due as (
    select c.id from public.calls c where c.look_at <= clock_timestamp() order by c.look_at limit p_limit for update skip locked
  ), taken as (
    update public.calls c set look_at = clock_timestamp() + make_interval(secs => p_again_ms / 1000.0)
    from due where c.id = due.id returning c
  )
  select coalesce(jsonb_agg(private.call_view((taken.c))), '[]') into v_calls from taken;
  return jsonb_build_object('calls', v_calls);
end
$$;

-- A look that settled nothing though ElevenLabs answered.
create function public.count_look_at_call(p_call_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update public.calls set looks = looks + 1 where id = p_call_id;
  return jsonb_build_object('counted', found);
end
$$;

-- Why a call has failed whose end nobody told.
create function private.end_not_reported() returns text
language sql immutable set search_path = '' as $$
  select 'its end was not reported'
$$;

-- Looking was in vain, often enough. p_found: ElevenLabs knows the call. One it does not know, and
-- that nobody heard of since the request, was not dialled; one whose end Twilio told had no
-- conversation. Any other has failed because its end was not reported. A person is told, but not of a
-- call that was over within seconds, before a conversation could begin.
create function public.stop_looking_at_call(p_call_id uuid, p_found boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_call public.calls;
  v_reason text;
  c_not_reported constant text := private.end_not_reported();
begin
  select * into v_call from public.calls c
  where c.id = p_call_id and c.look_at is not null and c.status in ('initiating', 'unknown', 'in-progress') for update;
  if not found then
    return jsonb_build_object('stopped', false);
  end if;
  v_reason := case
    -- Its caller heard an apology.
    when v_call.failure_reason is not null then v_call.failure_reason
    when p_found or v_call.conversation_id is not null then c_not_reported
    when v_call.status in ('initiating', 'unknown') then 'ElevenLabs knows of no such call, so it was not dialled'
    when v_call.duration_seconds is not null then 'ElevenLabs has no conversation of it'
    else c_not_reported end;
  update public.calls set status = 'failed', look_at = null, failure_reason = v_reason, end_unknown = v_reason = c_not_reported
  where id = p_call_id;
  perform private.doubt_not_dialled(array[p_call_id]) from public.webhook_events w
  where w.kind = 'call' and w.event ->> 'our_number' = v_call.from_number
    and p_call_id = any (private.calls_event_may_mean(w.event, w.received_at));
  if v_reason = c_not_reported or v_call.status = 'in-progress' and v_call.failure_reason is null and v_call.duration_seconds >= 10 then
    perform private.notify('post_call_missed', p_call_id::text, format(
      'The end of the %s call %s of %s, from %s to %s, was not reported, and %s: transcript and summary are missing. 1. Look for it at ElevenLabs Dashboard > Conversations (%s). 2. Where more are missing, npm run setup:elevenlabs puts the post-call webhook right. 3. Resolve this notification; should the report still come, it is applied.',
      v_call.direction, p_call_id, private.order_for_whom(v_call.organization_id), v_call.from_number, v_call.to_number,
      case when p_found then 'what ElevenLabs has of it is not finished, or could not be stored' else 'ElevenLabs has no finished conversation of it' end,
      coalesce('conversation ' || v_call.conversation_id, 'without a conversation id')),
      v_call.organization_id, case v_call.direction when 'inbound' then v_call.to_number else v_call.from_number end);
  end if;
  return jsonb_build_object('stopped', true);
end
$$;

-- Which of these conversations nobody has told us of: no call has them, and no event of them is kept.
create function public.unknown_conversations(p_conversation_ids jsonb) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('ids', coalesce(jsonb_agg(i.id), '[]'))
  from jsonb_array_elements_text(p_conversation_ids) as i(id)
  where not exists (select from public.calls c where c.conversation_id = i.id)
    and not exists (select from public.webhook_events w where w.event ->> 'conversation_id' = i.id)
    and not private.is_erased(array[i.id])
$$;

-- The end of a call that was found at ElevenLabs though no webhook told of it. The workspace may
-- have conversations on numbers that are not ours: those are foreign, and nothing is kept of them. One
-- from the default number may be of a call of ours that was erased.
create function public.record_found_call(p_event_key text, p_event jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.call_of_event(p_event) is null and not private.is_erased_event(p_event)
    and not exists (select from public.phone_numbers p where p.phone_number = p_event ->> 'our_number' and p.status <> 'failed') then
    return jsonb_build_object('result', 'foreign');
  end if;
  return public.record_call_event(p_event_key, p_event);
end
$$;
