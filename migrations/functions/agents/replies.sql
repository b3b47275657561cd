-- Room for the texts that an agent answers, among the conversations that it may have in a day at ElevenLabs: a change of it, as
-- any other, which follows from settings.

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
