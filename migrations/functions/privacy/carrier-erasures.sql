-- What carriers have of erased customers, and its erasure there. The work is on ids alone.

-- Whether what it has cost is known: its carrier tells that only as long as it has it. The legs of a
-- call may be listed after it, so the list must have passed it, too. Nobody waits for what the carrier
-- does not list though it has listed all of that time, nor for longer than a week.
create function private.is_charge_known(e orgline.carrier_erasures) returns boolean
language sql stable set search_path = '' as $$
  select e.kind = 'conversation' or e.requested_at < now() - interval '7 days'
    or (exists (select from orgline.carrier_charges k where k.sid = e.provider_id)
        or exists (select from orgline.deployment d where d.charges_listed_to > e.requested_at + interval '1 hour'))
      and (e.kind = 'message' or exists (select from orgline.deployment d where d.charges_listed_to > e.requested_at))
      and not exists (
        select from orgline.carrier_charges k where (k.sid = e.provider_id or k.parent_sid = e.provider_id) and k.price is null)
$$;

-- Takes the next one that is due. next_run_at, pushed away, is the lease. None is taken while its
-- carrier refuses our account, nor by a server that is not the one the numbers were last pointed at
-- (begin_repair): a copy of the database must not erase what its original still has. p_without: nor of
-- these carriers. Conversations come first: what they cost is known. Another, of which it is not known, is looked at again when
-- it has waited a quarter longer, an hour later at most.
create function public.claim_erasure(p_lease_ms integer, p_public_url text, p_without text[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_left_out text[] := p_without || private.paused_carriers();
  v_kinds text[] := array(
    select k from unnest(array['message', 'call', 'conversation']) k where private.carrier_of_erasure(k) <> all (v_left_out));
  v_erasure orgline.carrier_erasures;
begin
  if v_kinds = '{}' or not private.is_current_deployment(p_public_url) then
    return jsonb_build_object('claim', null);
  end if;
  if 'conversation' = any (v_kinds) then
    select d.* into v_erasure from orgline.carrier_erasures d
    where d.done_at is null and d.next_run_at <= v_now and d.kind = 'conversation'
    order by d.next_run_at
    limit 1
    for update skip locked;
  end if;
  if v_erasure.id is null then
    v_erasure := private.next_erasure_of_known_charge(v_kinds, v_now);
  end if;
  update orgline.carrier_erasures set next_run_at = v_now + make_interval(secs => p_lease_ms / 1000.0)
  where id = v_erasure.id returning * into v_erasure;
  return jsonb_build_object('claim', case when v_erasure.id is not null then jsonb_build_object(
    'id', v_erasure.id, 'kind', v_erasure.kind, 'provider_id', v_erasure.provider_id, 'attempts', v_erasure.attempts,
    'lease', v_erasure.next_run_at) end);
end
$$;

-- The due one whose charge is known, of the first 500 that are due; the others are pushed away.
create function private.next_erasure_of_known_charge(p_kinds text[], p_now timestamptz) returns orgline.carrier_erasures
language plpgsql set search_path = '' as $$
declare
  v_erasure orgline.carrier_erasures;
begin
  for v_round in 1 .. 500 loop
    -- From where the last one was on: what was pushed away before is not passed again.
    select d.* into v_erasure from orgline.carrier_erasures d
    where d.done_at is null and d.next_run_at <= p_now and d.next_run_at >= coalesce(v_erasure.next_run_at, '-infinity')
      and d.kind = any (p_kinds)
    order by d.next_run_at
    limit 1
    for update skip locked;
    if not found or private.is_charge_known(v_erasure) then
      return v_erasure;
    end if;
    update orgline.carrier_erasures
    set next_run_at = p_now + greatest(interval '1 minute', least(interval '1 hour', (p_now - v_erasure.requested_at) / 4))
    where id = v_erasure.id;
  end loop;
  return null;
end
$$;

create function private.carrier_of_erasure(p_kind text) returns text
language sql immutable as $$
  select case p_kind when 'conversation' then 'elevenlabs' else 'twilio' end
$$;

-- What a conversation has cost, before it is erased, and which call it was: its end may not have been
-- told. p_event: {outcome, call_id, conversation_id, provider_call_id, direction, started_at,
-- duration_seconds, cost}.
create function public.record_erasure_cost(p_id uuid, p_event jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.record_agent_cost(p_event, e.organization_id) from orgline.carrier_erasures e where e.id = p_id;
  -- Not one that is erased already: nothing has come of it.
  perform private.erase_call(e.organization_id, null, null, p_event ->> 'provider_call_id') from orgline.carrier_erasures e
  where e.id = p_id and not exists (
    select from orgline.carrier_erasures c where c.provider_id = p_event ->> 'provider_call_id');
  return '{}';
end
$$;

-- The carrier does not have it any more. recorded: false where something has come of it meanwhile, or
-- another server has taken it; it is looked at again then.
create function public.record_erased(p_id uuid, p_lease timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_erasure orgline.carrier_erasures;
begin
  update orgline.carrier_erasures set done_at = clock_timestamp(), attempts = 0
  where id = p_id and next_run_at = p_lease and done_at is null returning * into v_erasure;
  if not found then
    return jsonb_build_object('recorded', false);
  end if;
  perform private.resolve_notifications(array['erasure_failed'], private.erasure_subject(v_erasure), 'system')
  where not exists (
    select from orgline.carrier_erasures e
    where e.organization_id = v_erasure.organization_id and e.kind = v_erasure.kind and e.done_at is null and e.attempts > 0);
  return jsonb_build_object('recorded', true);
end
$$;

-- The carrier still has what was to be erased. Tried again after p_delay_ms, once a day after p_max_attempts, when a person is told.
-- p_is_unfinished: it goes on at the carrier, which erases only what is over. That is no failure for
-- as long as the carrier may take to end it (Twilio, error 20009: 14 days).
create function public.record_erasure_failed(
  p_id uuid, p_lease timestamptz, p_error text, p_delay_ms integer, p_max_attempts integer, p_is_unfinished boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_erasure orgline.carrier_erasures;
begin
  update orgline.carrier_erasures e set
    attempts = t.attempts,
    next_run_at = clock_timestamp() + greatest(
      make_interval(secs => p_delay_ms / 1000.0), case when t.attempts >= p_max_attempts then interval '1 day' end)
  from (
    select k.id, k.attempts + (not (p_is_unfinished and k.requested_at > now() - interval '14 days'))::integer as attempts
    from orgline.carrier_erasures k where k.id = p_id) t
  where e.id = t.id and e.next_run_at = p_lease and e.done_at is null returning e.* into v_erasure;
  if v_erasure.attempts >= p_max_attempts then
    perform private.notify_erasure_failed(v_erasure, p_error);
  end if;
  return jsonb_build_object('recorded', v_erasure.id is not null);
end
$$;

create function private.erasure_subject(e orgline.carrier_erasures) returns text
language sql immutable set search_path = '' as $$
  select e.organization_id || ':' || e.kind
$$;

create function private.notify_erasure_failed(e orgline.carrier_erasures, p_error text) returns void
language sql set search_path = '' as $$
  select private.notify('erasure_failed', private.erasure_subject(e), jsonb_build_object(
    'organization', private.organization_name(e.organization_id), 'kind', e.kind, 'provider_id', e.provider_id, 'error', p_error),
    e.organization_id)
$$;
