-- Changes of an agent: written down before ElevenLabs is told, recorded once it has them.

-- What the worker on a change has to know; lease: until when nobody else works on it. p_older: what
-- was taken into it.
create function private.agent_change(a orgline.agents, p_is_own boolean, p_older jsonb, p_guard jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', a.id, 'agent_id', a.elevenlabs_agent_id, 'tag', private.agent_tag(a.id), 'changes', a.changes, 'lease', a.change_at,
    'daily', private.daily_of_agent(a, p_guard), 'is_own', p_is_own, 'older', p_older,
    'transfer', case when a.changes ? 'transfer' then jsonb_build_object('wanted', a.changes -> 'transfer') end)
$$;

-- What changes by itself, beside what was asked for: an agent whose account is new no longer may be talked
-- to as often as any other, one has room for more or fewer texts, and one hands its callers over to another person, or to none
-- (transfer: null). Who puts those through is as the deployment has it (p_inbound_voice: where it does not say): while servers are
-- started with another INBOUND_VOICE, one of the old ones may be at it.
create function private.due_change(a orgline.agents, p_inbound_voice text, p_guard jsonb) returns jsonb
language sql set search_path = '' as $$
  select case when a.few_until <= clock_timestamp() then jsonb_build_object('few_calls_over', a.few_calls) else '{}' end
    || case when a.replies_at <= clock_timestamp() then (
      select jsonb_build_object('replies', private.replies_wanted(o, p_guard)) from orgline.organizations o
      where o.id = a.organization_id) else '{}' end
    || case when a.transfer_at <= clock_timestamp()
      then jsonb_build_object('transfer', private.transfer_wanted(a.organization_id, coalesce(
        (select d.inbound_voice from orgline.deployment d), p_inbound_voice))) else '{}' end
$$;

-- What is part of a change now is wanted no more; what is not due yet is.
create function private.if_later(p_at timestamptz) returns timestamptz
language sql set search_path = '' as $$
  select case when p_at > clock_timestamp() then p_at end
$$;

-- Writes a change down and leases it, before ElevenLabs is told. is_own false: this is an older one
-- that was left unfinished, to be finished before another begins; once that was tried p_max_attempts
-- times it is taken into the new one instead (older), which goes first where both say something. Only
-- the request knows the older one: once it has ended, the two are one change. p_versions: see refuse_stale.
-- left: the agent, where this server is not the one the numbers were last pointed at (begin_repair): the
-- change, with what was left unfinished, is due at once, for that one.
create function public.begin_agent_change(
  p_actor public.orgline_actor, p_agent_id text, p_changes jsonb, p_max_attempts integer, p_lease_ms integer,
  p_public_url text, p_inbound_voice text, p_guard jsonb, p_versions text[] default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent orgline.agents := private.administered_agent(p_actor, p_agent_id);
  v_is_left boolean := not private.is_current_deployment(p_public_url);
  v_older jsonb;
  v_is_own boolean;
begin
  -- It may have been deleted since it was found.
  v_agent := private.agent_being_changed(v_agent.id);
  perform private.refuse_stale(p_versions, private.agent_view(v_agent));
  if v_agent.change_at > clock_timestamp() then
    raise exception 'agent_being_changed' using errcode = 'OL012', detail = jsonb_build_object('agent_id', p_agent_id);
  end if;
  v_older := v_agent.changes;
  v_is_own := v_is_left or v_older is null or v_agent.change_attempts >= p_max_attempts;
  update orgline.agents
  set changes = private.due_change(v_agent, p_inbound_voice, p_guard)
      || case when v_is_own then coalesce(v_older, '{}') || p_changes else v_older end,
    -- One that is due already stays so: asked for again, it is no other change.
    change_at = case when v_is_left then least(change_at, clock_timestamp())
      else clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0) end,
    -- What was tried too often is not tried at once, and nobody has tried this.
    change_attempts = case when v_is_left then 0 else change_attempts end,
    transfer_at = private.if_later(v_agent.transfer_at), replies_at = private.if_later(v_agent.replies_at)
  where id = v_agent.id returning * into v_agent;
  v_agent := private.note_daily_limit(v_agent, p_guard);
  if v_is_own then
    perform private.audit_changed(p_actor, 'begin_agent_change', v_agent.organization_id, p_agent_id,
      private.names_changed(to_jsonb(v_agent) || coalesce(v_older, '{}'), p_changes));
  end if;
  return private.agent_change(v_agent, v_is_own, case when v_is_own then v_older end, p_guard)
    || jsonb_build_object('left', case when v_is_left then private.versioned(private.agent_view(v_agent)) end);
end
$$;

-- Leases the change of that agent, which the caller has locked; null: there is none.
create function private.lease_change(
  p_id uuid, p_lease_ms integer, p_due_by timestamptz, p_inbound_voice text, p_guard jsonb
) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_agent orgline.agents;
begin
  update orgline.agents a
  set changes = coalesce(a.changes, '{}') || private.due_change(a, p_inbound_voice, p_guard),
    transfer_at = private.if_later(a.transfer_at), replies_at = private.if_later(a.replies_at),
    change_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
  where a.id = p_id returning * into v_agent;
  if v_agent.id is null then
    return jsonb_build_object('claim', null, 'due_by', p_due_by);
  end if;
  v_agent := private.note_daily_limit(v_agent, p_guard);
  return jsonb_build_object('claim', private.agent_change(v_agent, false, null, p_guard), 'due_by', p_due_by);
end
$$;

-- One that was tried p_max_attempts times is tried once an hour.
create function private.is_change_to_try(a orgline.agents, p_max_attempts integer, p_due_by timestamptz) returns boolean
language sql immutable as $$
  select a.change_attempts < p_max_attempts or a.change_at <= p_due_by - interval '1 hour'
$$;

-- Takes the next change that was left unfinished, or that is due by itself. None is taken by a server that is not the one
-- the numbers were last pointed at (begin_repair): a copy of the database must not change the agents of its original.
-- p_due_by: see private.due_by. p_inbound_voice: who answers the calls of organizations that have not chosen.
create function public.claim_agent_change(
  p_lease_ms integer, p_max_attempts integer, p_public_url text, p_due_by timestamptz, p_inbound_voice text, p_guard jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_due_by timestamptz := private.due_by(p_due_by);
begin
  return private.lease_change((
    select d.id from orgline.agents d
    where d.status = 'active' and coalesce(d.change_at, least(d.few_until, d.transfer_at, d.replies_at)) <= v_due_by
      and private.is_change_to_try(d, p_max_attempts, v_due_by) and private.is_current_deployment(p_public_url)
    order by coalesce(d.change_at, least(d.few_until, d.transfer_at, d.replies_at)) limit 1 for update skip locked),
    p_lease_ms, v_due_by, p_inbound_voice, p_guard);
end
$$;

-- The same for the agents of one organization, whose settings have just changed.
create function public.claim_agent_change_of(
  p_organization_id uuid, p_lease_ms integer, p_max_attempts integer, p_public_url text, p_due_by timestamptz, p_inbound_voice text,
  p_guard jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_due_by timestamptz := private.due_by(p_due_by);
begin
  return private.lease_change((
    select d.id from orgline.agents d
    where d.organization_id = p_organization_id and d.status = 'active'
      and coalesce(d.change_at, least(d.few_until, d.transfer_at, d.replies_at)) <= v_due_by
      and private.is_change_to_try(d, p_max_attempts, v_due_by) and private.is_current_deployment(p_public_url)
    order by coalesce(d.change_at, least(d.few_until, d.transfer_at, d.replies_at)) limit 1 for update skip locked),
    p_lease_ms, v_due_by, p_inbound_voice, p_guard);
end
$$;

-- Ends a change: recorded where p_made, else forgotten, but for what is left of it (p_older), which is
-- tried alone again. Without the lease nothing is done: who took it over does the same. p_replies: for how many texts a day
-- ElevenLabs leaves it room by now; null: not known.
create function public.end_agent_change(
  p_id uuid, p_lease timestamptz, p_made boolean, p_older jsonb, p_replies integer
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_before constant orgline.agents := private.agent_being_changed(p_id);
  v_agent orgline.agents := v_before;
  v_left jsonb := case when not p_made then p_older end;
begin
  if v_agent.change_at = p_lease then
    if p_made then
      update orgline.agents set
        name = coalesce(changes ->> 'name', name), language = coalesce(changes ->> 'language', language),
        first_message = coalesce(changes ->> 'first_message', first_message), prompt = coalesce(changes ->> 'prompt', prompt),
        voice_id = coalesce(changes ->> 'voice_id', voice_id), updated_at = now()
      where id = p_id;
    end if;
    update orgline.agents set
      few_calls = case when not p_made then few_calls end,
      -- What ElevenLabs refuses it may take another day.
      few_until = case when not p_made then clock_timestamp() + interval '1 day' end
    where id = p_id and changes ? 'few_calls_over';
    update orgline.agents
    set changes = v_left,
      -- What is left was tried as often as before: due at once, and then again once an hour.
      change_at = case when v_left is not null then clock_timestamp() - interval '1 hour' end,
      change_attempts = case when v_left is not null then change_attempts else 0 end
    where id = p_id returning * into v_agent;
    if v_left is null then
      perform private.resolve_notifications(array['phone_setup_failed'], p_id::text, 'system');
    end if;
    v_agent := private.end_transfer_change(v_agent, v_before.changes, p_made);
    v_agent := private.end_replies_change(v_agent, v_before.changes, p_made, p_replies);
  end if;
  return private.versioned(private.agent_view(v_agent));
end
$$;

-- Nobody knows whether ElevenLabs has the change: it is due again after p_poll_ms, and a person is told
-- after p_max_attempts.
create function public.postpone_agent_change(
  p_id uuid, p_lease timestamptz, p_poll_ms integer, p_error text, p_max_attempts integer
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent orgline.agents := private.agent_being_changed(p_id);
begin
  if v_agent.change_at = p_lease then
    update orgline.agents
    set change_at = clock_timestamp() + make_interval(secs => p_poll_ms / 1000.0), change_attempts = change_attempts + 1
    where id = p_id returning * into v_agent;
    if v_agent.change_attempts >= p_max_attempts then
      perform private.notify_change_unconfirmed(v_agent, p_error);
    end if;
  end if;
  return private.versioned(private.agent_view(v_agent));
end
$$;

create function private.notify_change_unconfirmed(a orgline.agents, p_error text) returns void
language sql set search_path = '' as $$
  select private.notify('phone_setup_failed', a.id::text, jsonb_build_object(
    'cause', 'agent_change', 'agent_id', a.elevenlabs_agent_id, 'agent_name', a.name,
    'organization', private.organization_name(a.organization_id), 'attempts', a.change_attempts, 'error', p_error,
    'changes', (select jsonb_agg(k order by k) from jsonb_object_keys(a.changes) k)),
    a.organization_id)
$$;
