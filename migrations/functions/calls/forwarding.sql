-- Callers whom no agent could answer, and who are put through: a call of ours, under the guard of all others.

-- Records that the caller is put through, or raises: where to, and what it may cost at its longest. Whoever has hung up
-- meanwhile is put through to nobody. False: that is recorded already, and nothing is changed. p_transfer_until: the lease
-- of whoever hands the caller over because its agent was asked for a person; null: no agent could answer. The last thing
-- in a transaction, as spend_for_all.
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
  if exists (select from orgline.calls c where c.provider_call_id = p_provider_call_id and c.forwarded_at is not null) then
    return false;
  end if;
  perform private.guard_call(v_organization, p_to, v_outlay, p_guard);
  update orgline.calls set
    forwarded_to = p_to, forwarded_at = clock_timestamp(), forward_outlay = v_outlay,
    forward_minutes = (p_guard ->> 'forward_minutes')::integer,
    transfer = case when p_transfer_until is not null then 'begun' end, transfer_until = p_transfer_until
  where provider_call_id = p_provider_call_id and duration_seconds is null and not private.is_ended_call(status);
  if not found then
    raise exception 'call_over' using errcode = 'OL093', detail = jsonb_build_object('call', p_provider_call_id);
  end if;
  perform private.spend_for_all(v_outlay, p_guard);
  return true;
end
$$;

-- Of a caller whom no agent could answer. Asked again about the same call, it changes nothing.
create function public.begin_forward(p_provider_call_id text, p_to text, p_guard jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.begin_leg(p_provider_call_id, p_to, p_guard, null);
  return jsonb_build_object('forwarded', true);
end
$$;

-- The end of such a leg, as Twilio tells it; p_is_reached: somebody answered.
create function public.record_forward_end(p_provider_call_id text, p_seconds integer, p_is_reached boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.calls set transfer = case when p_is_reached then 'answered' else 'unanswered' end
  where provider_call_id = p_provider_call_id and transfer = 'begun';
  return jsonb_build_object(
    'recorded', p_seconds is not null and private.end_forward(p_provider_call_id, ceil(p_seconds / 60.0)::integer));
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
