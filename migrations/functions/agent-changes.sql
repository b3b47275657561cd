-- Changes of an agent's words. ElevenLabs has them first; what is not known to be there yet is kept
-- beside the agent, and is brought there, and recorded, by whoever finds it due.

-- What the worker on a change has to know; lease: until when nobody else works on it.
create function private.agent_change(a public.agents, p_is_own boolean) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', a.id, 'agent_id', a.elevenlabs_agent_id, 'tag', private.agent_tag(a.id), 'changes', a.changes, 'lease', a.change_at,
    'is_own', p_is_own)
$$;

-- Writes a change down and leases it, before ElevenLabs is told. is_own false: this is an older one
-- that was left unfinished, to be finished before another begins.
create function public.begin_agent_change(p_user_id uuid, p_agent_id text, p_changes jsonb, p_lease_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent public.agents := private.administered_agent(p_user_id, p_agent_id);
  v_is_own boolean;
begin
  select a.* into v_agent from public.agents a where a.id = v_agent.id for update;
  if v_agent.change_at > clock_timestamp() then
    raise exception 'Agent % is being changed, or ElevenLabs has not confirmed its last change yet: try again in a minute', p_agent_id
      using errcode = 'OL012';
  end if;
  v_is_own := v_agent.changes is null;
  update public.agents
  set changes = coalesce(changes, p_changes), change_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
  where id = v_agent.id returning * into v_agent;
  return private.agent_change(v_agent, v_is_own);
end
$$;

-- Takes the next change that was left unfinished.
create function public.claim_agent_change(p_lease_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent public.agents;
begin
  update public.agents a set change_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
  where a.id = (
    select d.id from public.agents d where d.change_at <= clock_timestamp() order by d.change_at limit 1 for update skip locked)
  returning * into v_agent;
  return jsonb_build_object('claim', case when v_agent.id is not null then private.agent_change(v_agent, false) end);
end
$$;

-- Ends a change: recorded where p_made, else forgotten. Without the lease nothing is done: who took it
-- over does the same.
create function public.end_agent_change(p_id uuid, p_lease timestamptz, p_made boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent public.agents := private.agent_being_changed(p_id);
begin
  if v_agent.change_at = p_lease then
    if p_made then
      update public.agents set
        name = coalesce(changes ->> 'name', name), language = coalesce(changes ->> 'language', language),
        first_message = coalesce(changes ->> 'first_message', first_message), prompt = coalesce(changes ->> 'prompt', prompt),
        voice_id = coalesce(changes ->> 'voice_id', voice_id), updated_at = now()
      where id = p_id;
    end if;
    update public.agents set changes = null, change_at = null where id = p_id returning * into v_agent;
  end if;
  return private.agent_view(v_agent);
end
$$;

-- Nobody knows whether ElevenLabs has the change: it is due again after p_look_ms.
create function public.postpone_agent_change(p_id uuid, p_lease timestamptz, p_look_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent public.agents := private.agent_being_changed(p_id);
begin
  if v_agent.change_at = p_lease then
    update public.agents set change_at = clock_timestamp() + make_interval(secs => p_look_ms / 1000.0)
    where id = p_id returning * into v_agent;
  end if;
  return private.agent_view(v_agent);
end
$$;

create function private.agent_being_changed(p_id uuid) returns public.agents
language plpgsql set search_path = '' as $$
declare
  v_agent public.agents;
begin
  select a.* into v_agent from public.agents a where a.id = p_id and a.status = 'active' for update;
  if not found then
    raise exception 'The agent was deleted while it was being changed' using errcode = 'OL070';
  end if;
  return v_agent;
end
$$;
