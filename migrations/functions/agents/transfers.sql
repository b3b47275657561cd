-- The tool by which an agent hands its callers over to a person: a change of it, as any other, which follows from settings.

-- The end of a change, p_changes, of which somebody to hand callers over to was a part, or nobody: recorded, or wanted
-- again. What ElevenLabs refused by itself is tried once a day, and operators are told; among other things it may not have
-- been what was refused. Answers the agent as it is then.
create function private.end_transfer_change(a orgline.agents, p_changes jsonb, p_made boolean) returns orgline.agents
language plpgsql set search_path = '' as $$
declare
  v_is_alone constant boolean := p_changes - 'transfer' - 'few_calls_over' - 'replies' = '{}';
  v_agent orgline.agents := a;
begin
  if not coalesce(p_changes ? 'transfer', false) then
    return a;
  end if;
  update orgline.agents set
    transfer = case when p_made then nullif(p_changes -> 'transfer', 'null') else transfer end,
    transfer_at = case when p_made then transfer_at
      else coalesce(transfer_at, clock_timestamp() + case when v_is_alone then interval '1 day' else interval '0' end) end
  where id = a.id returning * into v_agent;
  if not p_made and v_is_alone then
    perform private.notify('phone_setup_failed', a.id::text, jsonb_build_object(
      'cause', 'transfer', 'agent_id', a.elevenlabs_agent_id, 'agent_name', a.name,
      'organization', private.organization_name(a.organization_id), 'number', p_changes -> 'transfer' ->> 'to'), a.organization_id);
  end if;
  return v_agent;
end
$$;
