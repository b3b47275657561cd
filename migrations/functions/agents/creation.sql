-- Making an agent at ElevenLabs once, and removing what a failed attempt may have left there.

-- The agents an organization has, those being made at this moment counted.
create function private.agents_of(p_organization_id uuid) returns bigint
language sql stable set search_path = '' as $$
  select count(*) from orgline.agents a where a.organization_id = p_organization_id and a.status in ('pending', 'active')
$$;

-- Writes the intent and leases it. state: new, or made (a repeat of a request that succeeded). Whatever
-- a request that died has made, or may still make, is none of the new one's: it is removed. p_max
-- numbers, p_max_agents agents and p_guard bind the organization's own admins and keys, not operators.
-- few_calls: how often it may be talked to in a day, where that is not as often as any other.
create function public.begin_agent(
  p_request_id uuid, p_actor public.orgline_actor, p_organization_id uuid, p_fields jsonb, p_provision boolean,
  p_max integer, p_max_agents integer, p_lease_ms integer, p_guard jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_organization_id uuid := private.organization_meant(p_actor, p_organization_id);
  v_lease timestamptz := clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0);
  v_organization orgline.organizations;
  v_agent orgline.agents;
  v_few_until timestamptz;
begin
  v_organization := private.lock_administered(p_actor, v_organization_id);
  update orgline.agents set status = 'failed', updated_at = now()
  where request_id = p_request_id and organization_id = v_organization_id and status = 'pending' and work_at <= clock_timestamp();
  -- Not locked: an agent in use is locked before its organization, by whoever deletes it at this moment. What else
  -- makes one of a request waits for the organization.
  select a.* into v_agent from orgline.agents a where a.request_id = p_request_id and a.status <> 'failed';
  if not found then
    perform private.organization_for_number(v_organization_id);
    if p_provision and not private.may_do_all(p_actor) and private.numbers_wanted(v_organization_id) >= p_max then
      raise exception 'number_of_agent_over_limit' using errcode = 'OL050',
        detail = jsonb_build_object('count', private.numbers_wanted(v_organization_id), 'limit', p_max);
    end if;
    if not private.may_do_all(p_actor) and private.agents_of(v_organization_id) >= p_max_agents then
      raise exception 'agents_over_limit' using errcode = 'OL073',
        detail = jsonb_build_object('count', private.agents_of(v_organization_id), 'limit', p_max_agents);
    end if;
    -- It comes with a key, unless a key asks for it.
    perform private.require_room_for_key(v_organization_id) where p_actor ->> 'kind' <> 'key';
    if not private.may_do_all(p_actor) then
      v_few_until := private.guard_agent(v_organization, p_guard);
    end if;
    insert into orgline.agents (
      organization_id, request_id, name, language, first_message, prompt, voice_id, work_at, few_until, few_calls)
    values (v_organization_id, p_request_id, p_fields ->> 'name', p_fields ->> 'language', p_fields ->> 'first_message',
      p_fields ->> 'prompt', p_fields ->> 'voice_id', v_lease, v_few_until,
      case when v_few_until is not null then (p_guard ->> 'new_agent_calls')::integer end)
    returning * into v_agent;
    perform private.audit(p_actor, 'begin_agent', v_organization_id, v_agent.id::text);
    return jsonb_build_object(
      'state', 'new', 'lease', v_lease, 'agent', private.agent_view(v_agent), 'few_calls', v_agent.few_calls);
  end if;
  if v_agent.organization_id <> v_organization_id then
    raise exception 'key_of_another_request' using errcode = 'OL013';
  end if;
  if v_agent.status = 'deleted' then
    raise exception 'agent_of_request_deleted' using errcode = 'OL009';
  end if;
  if v_agent.status = 'active' then
    return jsonb_build_object('state', 'made', 'lease', v_lease, 'agent', private.agent_view(v_agent));
  end if;
  raise exception 'agent_being_created' using errcode = 'OL012';
end
$$;

-- Locks a pending agent for the result of the request that leased it.
create function private.leased_agent(p_id uuid, p_lease timestamptz) returns orgline.agents
language plpgsql set search_path = '' as $$
declare
  v_agent orgline.agents;
begin
  select a.* into v_agent from orgline.agents a where a.id = p_id and a.status = 'pending' and a.work_at = p_lease for update;
  if not found then
    raise exception 'agent_lease_lost' using errcode = 'OL006', detail = jsonb_build_object('id', p_id);
  end if;
  return v_agent;
end
$$;

-- The agent exists at ElevenLabs: it is the organization's from now on, and its number is there, or on
-- order. One that would be too many, or cost too much, is left out: refused says why.
create function public.record_agent_created(
  p_id uuid, p_lease timestamptz, p_agent_id text, p_actor public.orgline_actor, p_provision boolean,
  p_country text, p_area_code text, p_region text, p_max integer, p_guard jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_organization_id uuid := (select a.organization_id from orgline.agents a where a.id = p_id);
  v_agent orgline.agents;
  v_reason text;
  v_facts text;
begin
  -- In the order in which add_phone_number and whoever changes an organization take them.
  perform private.lock_numbers_of(v_organization_id);
  perform private.lock_organization(v_organization_id);
  v_agent := private.leased_agent(p_id, p_lease);
  update orgline.agents set
    status = 'active', elevenlabs_agent_id = p_agent_id, work_at = null, updated_at = now(),
    transfer_at = case when private.transfer_wanted(v_organization_id, 'server') is not null then clock_timestamp() end,
    replies_at = (
      select clock_timestamp() from orgline.organizations o
      where o.id = v_organization_id and o.settings ->> 'text_replies' = 'agent')
  where id = p_id;
  perform private.audit(p_actor, 'record_agent_created', v_organization_id, p_agent_id, p_is_done => true);
  if p_provision and not private.is_suspended(v_agent.organization_id) then
    begin
      return public.add_phone_number(
        p_id, p_actor, v_agent.organization_id, p_country, p_area_code, p_region, false, p_max, p_agent_id, p_guard);
    exception when sqlstate 'OL050' or sqlstate 'OL051' or sqlstate 'OL097' or sqlstate 'OL120' then
      get stacked diagnostics v_reason = message_text, v_facts = pg_exception_detail;
    end;
  end if;
  return jsonb_build_object('number', null, 'synced', false, 'order_id', null, 'refused', case when v_reason is not null then
    jsonb_build_object('reason', v_reason, 'facts', v_facts::jsonb) end);
end
$$;

-- Nothing came of the intent. p_poll_ms: after which time what may have been made of it is looked for;
-- null where nothing can have been.
create function public.record_agent_failed(p_id uuid, p_lease timestamptz, p_poll_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.leased_agent(p_id, p_lease);
  update orgline.agents set status = 'failed', work_at = clock_timestamp() + make_interval(secs => p_poll_ms / 1000.0), updated_at = now()
  where id = p_id;
  return '{}';
end
$$;

-- The agent's own key, once: what was handed out before is replaced only if it was never used, because
-- its answer may have been lost. Its place was asked for when the agent was begun. id: null, where there is a key
-- that was used, or was revoked.
create function public.issue_agent_key(
  p_actor public.orgline_actor, p_agent_id text, p_prefix text, p_key_hash text, p_scopes text[]
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent orgline.agents := private.administered_agent(p_actor, p_agent_id);
  v_key orgline.api_keys;
begin
  v_agent := private.agent_being_changed(v_agent.id);
  -- Whoever asks may be losing the role at this moment.
  perform private.lock_organization(v_agent.organization_id);
  perform private.administered_organization(p_actor, v_agent.organization_id);
  if v_agent.api_key_id is not null then
    perform from orgline.api_keys k
    where k.id = v_agent.api_key_id and k.revoked_at is null and k.last_used_at is null for no key update;
    if not found then
      return jsonb_build_object('id', null);
    end if;
    -- Asked for another again and again, it would fill the log.
    perform private.require_room_in_log(p_actor, v_agent.organization_id);
    perform private.end_keys(p_actor, v_agent.organization_id, array[v_agent.api_key_id]);
  end if;
  v_key := private.keep_api_key(
    p_actor, v_agent.organization_id, left('Agent ' || v_agent.name, 100), p_prefix, p_key_hash, p_scopes, null);
  update orgline.agents set api_key_id = v_key.id where id = v_agent.id;
  return private.api_key_view(v_key);
end
$$;

-- Takes an agent that is to vanish from ElevenLabs, with p_any the next, else the given one: deleted, once no number of
-- its sends calls there; failed; or left by a request that died. The time, pushed away, is the lease. None
-- is taken by a server that is not the one the numbers were last pointed at (begin_repair): a copy of
-- the database must not remove the agents of its original.
create function private.claim_to_remove(p_any boolean, p_id uuid, p_lease_ms integer, p_public_url text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_agent orgline.agents;
begin
  update orgline.agents a
  set status = case when a.status = 'pending' then 'failed' else a.status end,
    work_at = v_now + make_interval(secs => p_lease_ms / 1000.0), work_attempts = a.work_attempts + 1
  where a.id = (
    select d.id from orgline.agents d
    where d.work_at <= v_now and (p_any or d.id = p_id) and private.is_current_deployment(p_public_url)
      and not exists (
        select from orgline.phone_numbers p
        where p.agent_id = d.elevenlabs_agent_id and private.may_be_ours(p.status)
          and (p.status <> 'quarantined' or p.sync_due_at is not null or p.mark_doubt is not null))
    order by d.work_at
    limit 1
    for update skip locked)
  returning * into v_agent;
  return jsonb_build_object('claim', case when v_agent.id is not null then jsonb_build_object(
    'id', v_agent.id, 'agent_id', v_agent.elevenlabs_agent_id, 'tag', private.agent_tag(v_agent.id),
    'lease', v_agent.work_at, 'attempts', v_agent.work_attempts, 'imports', private.some_imports(),
    'numbers', private.numbers_about()) end);
end
$$;

-- Takes the next agent that is to vanish from ElevenLabs.
create function public.claim_agent_to_remove(p_lease_ms integer, p_public_url text) returns jsonb
language sql security definer set search_path = '' as $$
  select private.claim_to_remove(true, null, p_lease_ms, p_public_url)
$$;

-- Takes the given agent, if it is to vanish from ElevenLabs.
create function public.claim_given_agent_to_remove(p_id uuid, p_lease_ms integer, p_public_url text) returns jsonb
language sql security definer set search_path = '' as $$
  select private.claim_to_remove(false, p_id, p_lease_ms, p_public_url)
$$;

-- p_again_ms: after which time to look again; null when nothing is left to do.
create function public.record_agent_removal(p_id uuid, p_lease timestamptz, p_again_ms integer) returns jsonb
language sql security definer set search_path = '' as $$
  with recorded as (
    update orgline.agents set work_at = clock_timestamp() + make_interval(secs => p_again_ms / 1000.0)
    where id = p_id and work_at = p_lease returning id
  )
  select jsonb_build_object('recorded', exists (select from recorded))
$$;

-- The agents whose conversations may still be told of.
create function public.list_voice_agent_ids() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('ids', coalesce(jsonb_agg(a.elevenlabs_agent_id order by a.created_at), '[]'))
  from orgline.agents a
  where a.status = 'active' or (a.status = 'deleted' and a.updated_at > now() - interval '1 day')
$$;

-- The agents of organizations that take calls.
create function public.list_active_agents() returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('ids', coalesce(jsonb_agg(a.elevenlabs_agent_id order by a.created_at), '[]'))
  from orgline.agents a where a.status = 'active' and a.elevenlabs_agent_id is not null
$$;
