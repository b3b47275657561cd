-- Callers whom no agent could answer, and who are put through: a call of ours, under the guard of all others.

-- Records that the caller is put through, or raises: where to, and what it may cost at its longest. Asked
-- again about the same call, it changes nothing.
create function public.begin_forward(p_provider_call_id text, p_to text, p_guard jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_outlay bigint := (p_guard ->> 'carrier_minute_cost')::bigint * (p_guard ->> 'forward_minutes')::integer;
  v_organization orgline.organizations;
  v_call orgline.calls;
begin
  select o.* into v_organization from orgline.calls c join orgline.organizations o on o.id = c.organization_id
  where c.provider_call_id = p_provider_call_id and c.direction = 'inbound';
  if not found then
    raise exception 'Call % does not exist', p_provider_call_id using errcode = 'OL093';
  end if;
  perform private.lock_spending_of(private.account_of(v_organization));
  if exists (select from orgline.calls c where c.provider_call_id = p_provider_call_id and c.forwarded_at is not null) then
    return jsonb_build_object('forwarded', true);
  end if;
  perform private.guard_call(v_organization, p_to, v_outlay, p_guard);
  update orgline.calls set
    forwarded_to = p_to, forwarded_at = clock_timestamp(), forward_outlay = v_outlay,
    forward_minutes = (p_guard ->> 'forward_minutes')::integer
  where provider_call_id = p_provider_call_id returning * into v_call;
  perform private.spend_for_all(v_outlay, p_guard);
  return jsonb_build_object('forwarded', true);
end
$$;

-- The end of such a leg: what it did not use of its outlay is given back, once.
create function public.record_forward_end(p_provider_call_id text, p_seconds integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_call orgline.calls;
  v_used bigint;
begin
  select * into v_call from orgline.calls c
  where c.provider_call_id = p_provider_call_id and c.forwarded_at is not null and c.forward_minutes is not null for update;
  if not found or p_seconds is null then
    return jsonb_build_object('recorded', false);
  end if;
  v_used := ceil(v_call.forward_outlay::numeric * ceil(p_seconds / 60.0) / v_call.forward_minutes);
  update orgline.calls set forward_outlay = v_used, forward_used = ceil(p_seconds / 60.0), forward_minutes = null where id = v_call.id;
  perform private.correct_spend(v_call.forwarded_at, v_used - v_call.forward_outlay);
  return jsonb_build_object('recorded', true);
end
$$;
