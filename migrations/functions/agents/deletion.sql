-- Deleting an agent, with all that is its own.

-- Locks the open orders of an agent and of its numbers, before any of them is ended.
create function private.lock_orders_of_agent(a orgline.agents) returns void
language plpgsql set search_path = '' as $$
begin
  perform from orgline.number_orders n
  where private.is_open_order(n.status) and n.id in (
    select o.id from orgline.number_orders o where o.agent_id = a.elevenlabs_agent_id
    union all
    select o.id from private.holdings_of_agent(a) h join orgline.number_orders o on o.phone_number_id = h.phone_number_id)
  order by n.id for update;
end
$$;

-- Its numbers after that, and those that these orders have chosen, before any is given up: each takes the
-- organization, and then no other may be waited for.
create function private.lock_numbers_of_agent(a orgline.agents, p_orders orgline.number_orders[]) returns void
language plpgsql set search_path = '' as $$
begin
  perform from orgline.phone_numbers p
  where p.id in (
    select h.phone_number_id from private.holdings_of_agent(a) h
    union all
    select o.phone_number_id from unnest(p_orders) o)
  order by p.id for update;
end
$$;

-- To whom the agents of an organization hand callers over is not kept beyond the last of them: who would make another later may
-- not want it. The caller has the organization's lock.
create function private.end_transfers_without_agents(p_actor public.orgline_actor, p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  update orgline.organizations o set settings = o.settings - 'transfer_to', updated_at = now()
  where o.id = p_organization_id and o.settings ? 'transfer_to' and not exists (
    select from orgline.agents a where a.organization_id = o.id and a.status = 'active');
  if found then
    perform private.audit_changed(
      p_actor, 'change_organization', p_organization_id, p_organization_id::text, jsonb_build_array('transfer_to'));
  end if;
end
$$;

-- Gives the agent's numbers up, ends its open orders and its key; from the commit on there is no such
-- agent. At ElevenLabs it is removed once none of its numbers sends calls there any more. p_versions: see
-- refuse_stale.
create function public.delete_agent(
  p_actor public.orgline_actor, p_agent_id text, p_quarantine_days integer, p_versions text[] default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent orgline.agents := private.administered_agent(p_actor, p_agent_id);
  v_orders orgline.number_orders[];
  v_number record;
  v_numbers jsonb := '[]';
begin
  v_agent := private.agent_being_changed(v_agent.id);
  perform private.refuse_stale(p_versions, private.agent_view(v_agent));
  perform private.lock_orders_of_agent(v_agent);
  v_orders := private.lock_unbought_orders_of_agent(p_agent_id);
  if cardinality(v_orders) > 0 then
    perform private.lock_purchase_limit();
  end if;
  perform private.lock_numbers_of_agent(v_agent, v_orders);
  perform private.lock_organization(v_agent.organization_id);
  perform private.end_orders_of_agent(p_agent_id, v_orders, 'agent_deleted');
  for v_number in
    select p.id, p.phone_number from private.holdings_of_agent(v_agent) h
      join orgline.phone_numbers p on p.id = h.phone_number_id order by p.id
  loop
    v_numbers := v_numbers || public.quarantine_phone_number(
      p_actor, v_agent.organization_id, v_number.phone_number, p_quarantine_days);
    -- Remembered also where its setup never came to an end.
    update orgline.phone_numbers set agent_id = p_agent_id where id = v_number.id;
  end loop;
  if exists (select from private.holdings_of_agent(v_agent)) or (private.open_order_of_agent(v_agent)).id is not null then
    raise exception 'agent_getting_number' using errcode = 'OL012', detail = jsonb_build_object('agent_id', p_agent_id);
  end if;
  update orgline.agents
  set status = 'deleted', work_at = clock_timestamp(), work_attempts = 0, changes = null, change_at = null, updated_at = now()
  where id = v_agent.id and status = 'active';
  perform private.resolve_notifications(array['phone_setup_failed'], v_agent.id::text, 'system');
  perform private.end_keys(p_actor, v_agent.organization_id, array[v_agent.api_key_id]);
  perform private.audit(p_actor, 'delete_agent', v_agent.organization_id, p_agent_id, p_takes_away => true);
  perform private.end_transfers_without_agents(p_actor, v_agent.organization_id);
  return jsonb_build_object('id', v_agent.id, 'numbers', v_numbers);
end
$$;
