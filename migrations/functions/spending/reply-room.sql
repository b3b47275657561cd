-- How often agents may be asked to answer texts, among the conversations that each may have in a day at ElevenLabs.

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

-- Whether an agent of the organization's own is about to get another room for texts, which ElevenLabs has not confirmed yet: as
-- after the switch, or an update of the server. One that is to be tried again tomorrow, or taken back, is none.
create function private.is_room_coming(p_organization_id uuid, p_agent_id text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from orgline.agents a
    where a.elevenlabs_agent_id = p_agent_id and a.organization_id = p_organization_id and a.status = 'active'
      and (a.replies_at <= clock_timestamp() + interval '10 minutes' or a.changes ? 'replies'));
end
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
