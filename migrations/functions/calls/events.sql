-- What ElevenLabs tells of calls. A call that has ended never comes back to life, unless it was only
-- thought to have, and what is known of it is never overwritten by less.
-- Many functions ask an event who and when, and each of them would take a copy of all that it holds. So the transcript,
-- which may be 25 MB long, goes apart from it (p_transcript), and only to whoever stores it.

-- The calls an event may mean though it names none: between the same two numbers, whoever's they
-- are, and with the same agent as far as both tell one, begun when its call did and before it was told, and
-- not known by a conversation or a provider's id yet; also those that were only thought not to have been
-- dialled, or to be over. An outbound call may wait in its carriers' queues, and its failure is told when
-- it has rung in vain.
create function private.calls_event_may_mean(p_event jsonb, p_reported_at timestamptz) returns uuid[]
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(array_agg(c.id), '{}') from orgline.calls c
    where p_event ->> 'call_id' is null and c.direction = p_event ->> 'direction'
      and c.status <> 'completed' and (c.status <> 'failed' or c.end_unknown or private.is_not_dialled(c))
      and c.conversation_id is null and (c.provider_call_id is null or p_event ->> 'provider_call_id' is null)
      and c.created_at <= p_reported_at and private.is_of_agent(c, p_event)
      and case c.direction
        when 'outbound' then c.from_number = p_event ->> 'our_number' and c.to_number = p_event ->> 'customer_number'
          and (p_event ->> 'started_at')::timestamptz
            between c.created_at - interval '1 minute' and coalesce(c.dialled_at, c.created_at) + interval '5 minutes'
        else c.to_number = p_event ->> 'our_number' and c.from_number = p_event ->> 'customer_number'
          and abs(extract(epoch from c.created_at - (p_event ->> 'started_at')::timestamptz)) < 120 end);
end
$$;

-- A call that nobody announced, for whoever held our number. Null where that is not known, where it
-- was erased with its contact, and for a call that never connected: those are ours, recorded before
-- they were dialled, and the event does not say whose.
create function private.create_call_of_event(p_event jsonb) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_holding orgline.organization_phone_numbers := private.holding_of_event(p_event);
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
  insert into orgline.calls (
    organization_id, organization_phone_number_id, contact_id, direction, provider_call_id, conversation_id, agent_id,
    from_number, to_number, started_at, status)
  values (
    v_holding.organization_id, v_holding.id, v_contact_id,
    p_event ->> 'direction', p_event ->> 'provider_call_id', p_event ->> 'conversation_id', p_event ->> 'agent_id',
    case p_event ->> 'direction' when 'inbound' then p_event ->> 'customer_number' else p_event ->> 'our_number' end,
    case p_event ->> 'direction' when 'inbound' then p_event ->> 'our_number' else p_event ->> 'customer_number' end,
    (p_event ->> 'started_at')::timestamptz, 'in-progress')
  on conflict do nothing;
  return private.call_of_event(p_event);
end
$$;

-- Applies the end of a call, once: the same event again changes nothing; our own id counts as far as it is
-- to be believed. p_transcript: null: none was told. p_reported_at: when it came.
-- result: applied, duplicate, erased (its contact was; nothing is kept), or unknown_call (nothing was
-- written).
create function private.apply_call_event(p_event jsonb, p_transcript jsonb, p_reported_at timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_event constant jsonb := private.believed_event(p_event);
  v_id uuid := private.call_of_event(v_event);
  v_meant uuid[] := case when v_id is null then private.calls_event_may_mean(v_event, p_reported_at) end;
  v_call orgline.calls;
  v_ids_free boolean;
  v_status text := case v_event ->> 'outcome' when 'ended' then 'completed' else 'failed' end;
begin
  perform private.record_agent_cost(v_event, null);
  if v_id is null and private.is_erased_event(v_event) then
    return private.drop_erased_event(v_event);
  end if;
  if cardinality(v_meant) = 0 then
    v_id := private.create_call_of_event(v_event);
  elsif cardinality(v_meant) = 1 then
    select c.id into v_id from orgline.calls c where c.id = v_meant[1] and private.is_of_holder(c, v_event);
  elsif v_id is null then
    perform private.doubt_not_dialled(v_meant);
  end if;
  v_ids_free := private.take_over_ids(v_id, v_event ->> 'conversation_id', v_event ->> 'provider_call_id');
  select * into v_call from orgline.calls c where c.id = v_id for update;
  if not found and private.is_erased_event(v_event) then
    return private.drop_erased_event(v_event);
  end if;
  -- A call that was meant, and meanwhile turned out to be another conversation, was not.
  if v_call.id is null or (v_id = v_meant[1] and v_call.conversation_id <> v_event ->> 'conversation_id') then
    return jsonb_build_object('result', 'unknown_call');
  end if;
  -- One that failed without a conversation, or without an end, was only thought to have.
  if v_call.status = 'completed'
    or (v_call.status = 'failed' and v_status = 'failed' and v_call.conversation_id is not null and not v_call.end_unknown) then
    return jsonb_build_object('result', 'duplicate', 'organization_id', v_call.organization_id);
  end if;
  update orgline.calls set
    status = v_status, poll_at = null, end_unknown = false,
    conversation_id = coalesce(conversation_id, case when v_ids_free then v_event ->> 'conversation_id' end),
    provider_call_id = coalesce(provider_call_id, case when v_ids_free then v_event ->> 'provider_call_id' end),
    agent_id = coalesce(agent_id, v_event ->> 'agent_id'),
    -- The vendor tells moments in whole seconds, cut off; within such a second ours is the better one.
    started_at = case
      when created_at - (v_event ->> 'started_at')::timestamptz between interval '0' and interval '1 second' then created_at
      else coalesce((v_event ->> 'started_at')::timestamptz, started_at) end,
    duration_seconds = coalesce((v_event ->> 'duration_seconds')::integer, duration_seconds),
    cost = (v_event ->> 'cost')::bigint,
    summary = v_event ->> 'summary',
    exchanges = coalesce(v_event -> 'exchanges', '[]'),
    transcript = case jsonb_typeof(p_transcript) when 'array' then p_transcript end,
    collected = nullif(v_event -> 'collected', 'null'), evaluation = nullif(v_event -> 'evaluation', 'null'),
    outcome = v_event ->> 'success', answered_by = coalesce(v_event ->> 'answered_by', answered_by),
    failure_reason = v_event ->> 'failure_reason',
    -- What this server has a carrier do is reported by that.
    transfer = coalesce(transfer, case when v_event ->> 'transferred_to' is not null then 'passed_on' end),
    forwarded_to = coalesce(forwarded_to, v_event ->> 'transferred_to')
  where id = v_id;
  if (v_event ->> 'do_not_call')::boolean then
    perform private.hear_do_not_call(v_call, coalesce(v_event ->> 'customer', private.number_of_customer(v_call)));
  end if;
  perform private.record_agent_cost(v_event, v_call.organization_id);
  return jsonb_build_object('result', 'applied', 'organization_id', v_call.organization_id, 'call_id', v_id);
end
$$;

-- After everything else, and never waiting: a call that begins locks its own row before the number.
create function private.note_traffic(p_event jsonb) returns void
language plpgsql set search_path = '' as $$
begin
  update orgline.phone_numbers set last_traffic_at = (p_event ->> 'started_at')::timestamptz
  where id = (
    select p.id from orgline.phone_numbers p
    where p.phone_number = p_event ->> 'our_number' and private.may_be_ours(p.status)
      and coalesce(p.last_traffic_at < (p_event ->> 'started_at')::timestamptz, p.last_traffic_at is null)
    for update skip locked);
end
$$;

-- Whether an event can never be of a call of ours: another product of the workspace uses that number with
-- that agent. What is not told proves nothing; the number of an agent of ours may have to be entered yet.
-- of_default: of the deployment's own agent or number, which stand in no table; it may have had another
-- default number when it dialled.
create function private.is_foreign_event(p_event jsonb) returns boolean
language sql stable set search_path = '' as $$
  select p_event ->> 'our_number' is not null and p_event ->> 'agent_id' is not null
    and not coalesce((p_event ->> 'of_default')::boolean, false)
    and not exists (select from orgline.phone_numbers p where p.phone_number = p_event ->> 'our_number' and p.status <> 'failed')
    and not exists (select from orgline.agents a where a.elevenlabs_agent_id = p_event ->> 'agent_id')
    and not exists (select from orgline.calls c where c.from_number = p_event ->> 'our_number' and c.conversation_id is null)
$$;

-- A post-call event, from the webhook or found by looking. What cannot be applied yet is kept; what is
-- foreign is forgotten. p_transcript: null: none was told, or it is in the event: a server of an earlier release,
-- which still runs while others are updated, leaves it there.
create function public.record_call_event(p_event_key text, p_event jsonb, p_transcript jsonb default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_result jsonb;
begin
  if p_event ? 'transcript' then
    return public.record_call_event(p_event_key, p_event - 'transcript', p_event -> 'transcript');
  end if;
  v_result := private.apply_call_event(p_event, p_transcript, clock_timestamp());
  if v_result ->> 'result' = 'unknown_call' and private.is_foreign_event(p_event) then
    return jsonb_build_object('result', 'foreign');
  end if;
  if v_result ->> 'result' = 'unknown_call' then
    insert into orgline.webhook_events (event_key, event, transcript) values (p_event_key, p_event, p_transcript)
    on conflict (event_key) do nothing;
    return jsonb_build_object('result', 'deferred');
  end if;
  if v_result ->> 'result' = 'applied' then
    perform private.note_traffic(p_event);
    perform private.finalize_outlays(array[(v_result ->> 'call_id')::uuid]);
  elsif v_result ->> 'result' = 'erased' then
    perform private.end_erased_call(p_event);
  end if;
  return v_result - 'call_id';
end
$$;

-- The end of a call that was found at ElevenLabs though no webhook told of it. The workspace may
-- have conversations on numbers that are not ours: those are foreign, and nothing is kept of them. One
-- from the default number may be of a call of ours that was erased.
create function public.record_found_call(p_event_key text, p_event jsonb, p_transcript jsonb default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.call_of_event(private.believed_event(p_event)) is null and not private.is_erased_event(p_event)
    and not exists (select from orgline.phone_numbers p where p.phone_number = p_event ->> 'our_number' and p.status <> 'failed') then
    return jsonb_build_object('result', 'foreign');
  end if;
  return public.record_call_event(p_event_key, p_event, p_transcript);
end
$$;
