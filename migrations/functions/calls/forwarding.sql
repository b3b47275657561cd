-- Callers who are put through, by their routing, because no agent could answer, or because they asked for a person: a call of
-- ours, under the guard of all others.

-- Records that the caller is put through, or raises: where to, and what it may cost at its longest. Whoever has hung up
-- meanwhile is put through to nobody. False: that is recorded already, and nothing is changed. p_transfer_until: the lease
-- of whoever hands the caller over because its agent was asked for a person, once a call; null: by the routing, or because no
-- agent could answer, once too. Only a leg that reached nobody leads to an agent, so what it used is nothing, and the one to
-- the person takes its place in the row. The last thing in a transaction, as spend_for_all.
create function private.begin_leg(p_provider_call_id text, p_to text, p_guard jsonb, p_transfer_until timestamptz) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_outlay bigint := (p_guard ->> 'carrier_minute_cost')::bigint * (p_guard ->> 'forward_minutes')::integer;
  v_organization orgline.organizations;
begin
  select o.* into v_organization from orgline.calls c join orgline.organizations o on o.id = c.organization_id
  where c.provider_call_id = p_provider_call_id and c.direction = 'inbound';
  if not found then
    raise exception 'call_unknown' using errcode = 'OL093', detail = jsonb_build_object('call', p_provider_call_id);
  end if;
  perform private.lock_spending_of(private.account_of(v_organization));
  if exists (
    select from orgline.calls c
    where c.provider_call_id = p_provider_call_id and c.forwarded_at is not null
      and case when p_transfer_until is null then c.forwarded_to = p_to
        else c.transfer is not null and not private.was_not_begun(c) end) then
    return false;
  end if;
  perform private.refuse_own_destination(p_to);
  perform private.guard_call(v_organization, p_to, v_outlay, p_guard);
  update orgline.calls set
    forwarded_to = p_to, forwarded_at = clock_timestamp(), forward_outlay = v_outlay,
    forward_minutes = (p_guard ->> 'forward_minutes')::integer,
    forward_used = null,
    -- Its end is not looked for as long as they may talk; that of a conversation comes before.
    poll_at = case when p_transfer_until is null
      then greatest(poll_at, clock_timestamp() + make_interval(mins => (p_guard ->> 'forward_minutes')::integer + 1)) else poll_at end,
    transfer = case when p_transfer_until is null then transfer else 'begun' end, transfer_until = p_transfer_until
  where provider_call_id = p_provider_call_id and duration_seconds is null and not private.is_ended_call(status)
    and case when p_transfer_until is null then forwarded_at is null else transfer is null or private.was_not_begun(calls) end;
  if not found then
    raise exception 'call_over' using errcode = 'OL093', detail = jsonb_build_object('call', p_provider_call_id);
  end if;
  perform private.spend_for_all(v_outlay, p_guard);
  return true;
end
$$;

-- By the routing of a call, or of a caller whom no agent could answer. Asked again about the same call, it changes nothing.
create function public.begin_forward(p_provider_call_id text, p_to text, p_guard jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.begin_leg(p_provider_call_id, p_to, p_guard, null);
  return jsonb_build_object('forwarded', true);
end
$$;

-- The end of such a leg, as Twilio tells it, after p_seconds (null: not told). Whoever reached somebody has been answered, and
-- where no agent was to take the call, it ends as answered. Whoever did not goes on with p_next: agent, voicemail, or none that
-- was chosen (null); for that it answers what an agent may know (p_agent_id where the number has none of its own), as for a
-- call that begins. Where an agent had the call, and was asked for a person (transfer), its report says how that ended.
-- call: null, where nothing is known of it.
create function public.record_forward_end(
  p_provider_call_id text, p_seconds integer, p_reached boolean, p_next text, p_agent_id text, p_is_attested boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_call orgline.calls;
  v_holding orgline.organization_phone_numbers;
  v_agent_id text;
  v_name text;
begin
  perform private.lock_call(p_provider_call_id);
  update orgline.calls set transfer = case when p_reached then 'answered' else 'unanswered' end
  where provider_call_id = p_provider_call_id and direction = 'inbound' and transfer = 'begun';
  update orgline.calls set
    answered_by = case when p_reached then 'person' else answered_by end,
    -- Why no agent answered, is no failure of a call that a person did.
    failure_reason = case when not p_reached then coalesce(failure_reason, case
      when p_next = 'agent' then null when p_next = 'voicemail' then 'sent_to_voicemail' else 'not_answered' end) end
  where provider_call_id = p_provider_call_id and direction = 'inbound' and status <> 'completed' and forwarded_at is not null
    and transfer is null;
  -- The end of the whole call may have been told before.
  update orgline.calls set
    status = case when failure_reason is null then 'completed' else 'failed' end, poll_at = null
  where provider_call_id = p_provider_call_id and direction = 'inbound' and duration_seconds is not null and transfer is null
    and forwarded_at is not null and (
      status = 'in-progress' and (failure_reason is not null or answered_by = 'person')
      -- It was thought to have failed, as no agent could answer.
      or p_reached and status = 'failed');
  perform private.end_forward(p_provider_call_id, ceil(p_seconds / 60.0)::integer) where p_seconds is not null;
  select * into v_call from orgline.calls c where c.provider_call_id = p_provider_call_id and c.direction = 'inbound';
  if v_call.id is null or p_reached then
    return jsonb_build_object('call', null);
  end if;
  select h.* into v_holding from orgline.organization_phone_numbers h where h.id = v_call.organization_phone_number_id;
  v_agent_id := coalesce((
    select p.agent_id from orgline.phone_numbers p where p.id = v_holding.phone_number_id and v_holding.ended_at is null), p_agent_id);
  select c.name into v_name from orgline.contacts c where c.id = v_call.contact_id;
  return jsonb_build_object('call', jsonb_build_object(
    'call_id', v_call.id, 'agent_id', v_agent_id, 'from', v_call.from_number, 'to', v_call.to_number,
    'organization', (
      select private.agent_organization(o, p_is_attested, v_agent_id, v_holding.settings) from orgline.organizations o
      where o.id = v_call.organization_id),
    'history', private.contact_history(v_call.organization_id, v_call.contact_id, v_name)));
end
$$;

-- What a leg did not use of its outlay is released. Its own end tells for how long it was, that of its call for
-- how long at most, whichever comes first; null: not told, so at most until now. Where nobody was put through
-- after all, as after an answer that came too late, the caller's whole call counts. The last thing in a
-- transaction, as spend_for_all.
create function private.end_forward(p_provider_call_id text, p_minutes integer) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_call orgline.calls;
  v_before integer;
  v_minutes integer;
  v_used bigint;
begin
  select * into v_call from orgline.calls c where c.provider_call_id = p_provider_call_id and c.forwarded_at is not null for update;
  if not found then
    perform private.end_erased_dials(array[p_provider_call_id], 'forward', p_minutes, null);
    return false;
  end if;
  v_before := coalesce(v_call.forward_minutes, v_call.forward_used);
  v_minutes := least(v_before, coalesce(p_minutes, private.forward_minutes(v_call)));
  if v_before is null or v_call.forward_minutes is null and v_minutes = v_before then
    return false;
  end if;
  v_used := ceil(v_call.forward_outlay::numeric * v_minutes / v_before);
  update orgline.calls set forward_outlay = v_used, forward_used = v_minutes, forward_minutes = null where id = v_call.id;
  perform private.correct_spend(v_call.forwarded_at, v_used - v_call.forward_outlay);
  return true;
end
$$;
