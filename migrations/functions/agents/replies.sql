-- Room for the texts that an agent answers, among the conversations that it may have in a day at ElevenLabs: a change of it, as
-- any other, which follows from settings.

-- How many texts the agents of an organization are to have room for in a day. While the organization is new it is answered fewer.
create function private.replies_wanted(o orgline.organizations, p_guard jsonb) returns integer
language sql immutable set search_path = '' as $$
  select case when coalesce(o.settings ->> 'text_replies' = 'agent', false) then least(90000, coalesce(
    (o.settings -> 'outbound_limits' ->> 'daily_replies')::bigint, (p_guard ->> 'daily_replies')::bigint)) else 0 end::integer
$$;

-- How often an agent was asked in writing in the last 24 whole hours and this one.
create function private.asked_of_agent(p_agent_id text) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(sum(h.asked), 0) from orgline.agent_hours h
    where h.agent_id = p_agent_id and h.hour >= date_trunc('hour', now()) - interval '1 day');
end
$$;

-- What an agent is to be allowed in a day: calls, texts (replies) and the limit of both that is wanted. Texts that it has answered
-- already count at ElevenLabs for a day: so long they are part of the limit, or calls would pay for them. Where its account is
-- new it has its few calls alone, each of which was paid for: whoever knows its id may talk for as long as a caller. ours: limits
-- that this server may have given it; any other is somebody else's, and stays. p_guard: see spending-limits.ts.
create function private.daily_of_agent(a orgline.agents, p_guard jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_is_few boolean := a.few_calls is not null and not coalesce(a.changes ? 'few_calls_over', false);
  v_usual integer := (p_guard ->> 'agent_calls')::integer;
  v_calls integer := case when v_is_few then a.few_calls else v_usual end;
  v_replies integer := (select private.replies_wanted(o, p_guard) from orgline.organizations o where o.id = a.organization_id);
begin
  return jsonb_build_object(
    'calls', v_calls, 'replies', v_replies,
    'wanted', least(2000000000, v_calls + case
      when v_is_few then 0 else greatest(v_replies, private.asked_of_agent(a.elevenlabs_agent_id)) end),
    'ours', to_jsonb(array_remove(a.daily_limits || a.few_calls || case when not v_is_few then v_usual end, null)));
end
$$;

-- Written down before ElevenLabs is told, because nobody may ever learn whether it has it.
create function private.note_daily_limit(a orgline.agents, p_guard jsonb) returns orgline.agents
language plpgsql set search_path = '' as $$
declare
  v_agent orgline.agents := a;
  v_wanted integer := (private.daily_of_agent(a, p_guard) ->> 'wanted')::integer;
begin
  update orgline.agents set daily_limits = array_remove(daily_limits, v_wanted) || v_wanted
  where id = a.id and daily_limits[cardinality(daily_limits)] is distinct from v_wanted returning * into v_agent;
  return case when found then v_agent else a end;
end
$$;

-- The end of a change, p_changes. Where it was made, ElevenLabs has room for so many texts (p_replies) by now; of more that
-- were answered before, the rest is taken back when they count no more. Else, where that was a part of it, it is wanted
-- again: what ElevenLabs refused by itself once a day, and operators are told.
create function private.end_replies_change(a orgline.agents, p_changes jsonb, p_made boolean, p_replies integer) returns orgline.agents
language plpgsql set search_path = '' as $$
declare
  v_is_part constant boolean := coalesce(p_changes ? 'replies', false);
  v_is_alone constant boolean := p_changes - 'transfer' - 'few_calls_over' - 'replies' = '{}';
  v_agent orgline.agents := a;
begin
  if p_made and p_replies is not null then
    update orgline.agents set
      replies = p_replies, daily_limits = daily_limits[cardinality(daily_limits):],
      replies_at = coalesce(replies_at, case
        when private.asked_of_agent(elevenlabs_agent_id) > p_replies then clock_timestamp() + interval '25 hours' end)
    where id = a.id returning * into v_agent;
  elsif v_is_part and not p_made then
    update orgline.agents set
      replies_at = coalesce(replies_at, clock_timestamp() + case when v_is_alone then interval '1 day' else interval '0' end)
    where id = a.id returning * into v_agent;
    perform private.notify('phone_setup_failed', a.id::text, jsonb_build_object(
      'cause', 'replies', 'agent_id', a.elevenlabs_agent_id, 'agent_name', a.name,
      'organization', private.organization_name(a.organization_id), 'replies', p_changes -> 'replies'), a.organization_id)
    where v_is_alone;
  end if;
  return v_agent;
end
$$;

-- The agents of an organization whose room for texts may be another by now are due to be changed.
create function private.make_replies_due(p_organization_id uuid) returns void
language sql set search_path = '' as $$
  update orgline.agents a set replies_at = clock_timestamp()
  from orgline.organizations o
  where o.id = p_organization_id and a.organization_id = o.id and a.status = 'active'
    and (o.settings ->> 'text_replies' = 'agent' or a.replies > 0 or a.changes ? 'replies' or a.replies_at is not null)
$$;

-- How many answers organizations have that have no limit of their own, has changed.
create function private.make_all_replies_due() returns void
language sql set search_path = '' as $$
  update orgline.agents a set replies_at = clock_timestamp()
  from orgline.organizations o
  where o.id = a.organization_id and a.status = 'active' and o.settings ->> 'text_replies' = 'agent'
    and not coalesce(o.settings -> 'outbound_limits' ? 'daily_replies', false)
$$;

-- Takes a place among the conversations that this agent may have in a day to answer texts; or says why there is none (null:
-- there was). So texts take no place of calls: an agent of the organization's own has what ElevenLabs was found to leave
-- them, and the agent for everybody what is set for all organizations together (shared_replies). A day is the last 24 whole
-- hours and this one. Where an own agent has room for all that its organization may be answered in a day, that limit is the one
-- that counts. Whoever asks the same agent waits for its row, so that no two take the last place.
create function private.take_room_of_agent(o orgline.organizations, p_agent_id text, p_guard jsonb) returns text
language plpgsql set search_path = '' as $$
declare
  v_hour constant timestamptz := date_trunc('hour', now());
  v_own integer := (
    select a.replies from orgline.agents a
    where a.elevenlabs_agent_id = p_agent_id and a.organization_id = o.id and a.status = 'active');
  v_room bigint := case
    when v_own >= private.replies_wanted(o, p_guard) then null
    else coalesce(v_own, (p_guard ->> 'shared_replies')::bigint) end;
begin
  insert into orgline.agent_hours as h (agent_id, hour, asked) values (p_agent_id, v_hour, 0)
  on conflict (agent_id, hour) do update set asked = h.asked;
  if private.asked_of_agent(p_agent_id) >= v_room then
    return case when v_own is null then 'replies_of_shared_agent' else 'replies_of_agent' end;
  end if;
  update orgline.agent_hours h set asked = h.asked + 1 where h.agent_id = p_agent_id and h.hour = v_hour;
  return null;
end
$$;
