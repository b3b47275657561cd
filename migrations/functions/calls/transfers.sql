-- Callers who ask their agent for a person, where this server answers the call: the agent's tool asks for it, and the
-- carrier rings the phone that the organization's settings name, and no other.

-- The call, where it is one that this agent, of its organization's own, is having.
create function private.running_call_of_agent(p_agent_id text, p_call_id uuid) returns orgline.calls
language plpgsql stable set search_path = '' as $$
declare
  v_call orgline.calls;
begin
  select c.* into v_call from orgline.agents a
  join orgline.calls c on c.organization_id = a.organization_id and c.id = p_call_id
  where a.elevenlabs_agent_id = p_agent_id and a.status = 'active' and c.agent_id = p_agent_id
    and c.provider_call_id is not null;
  if not found then
    raise exception 'call_unknown' using errcode = 'OL093', detail = jsonb_build_object('call', p_call_id);
  end if;
  if v_call.duration_seconds is not null or private.is_ended_call(v_call.status) then
    raise exception 'call_over' using errcode = 'OL093', detail = jsonb_build_object('call', p_call_id);
  end if;
  return v_call;
end
$$;

-- To whom a call may be handed over, by its organization's settings alone; null: to nobody, as a customer whom we have
-- called, nor to themselves, also where the number has become one of ours since it was set, because such a call would come back.
create function private.transfer_to(c orgline.calls) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select o.settings ->> 'transfer_to' from orgline.organizations o
    where o.id = c.organization_id and c.direction = 'inbound' and o.status = 'active'
      and o.settings ->> 'transfer_to' is distinct from private.customer_of(c.from_number)
      and not private.is_of_deployment(o.settings ->> 'transfer_to'));
end
$$;

-- Whether a call can be handed over, and to whom (to; null: to nobody).
create function public.find_transfer(p_agent_id text, p_call_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('to', private.transfer_to(c)) from private.running_call_of_agent(p_agent_id, p_call_id) c
$$;

-- Records that a call is handed over, once, under the guard of every call, before the carrier is asked. result: begun, by
-- whoever asks now, until its lease ends; under_way: that was recorded before, and whoever did it may be asking the carrier;
-- again: or has died before that; answered; refused, by the carrier; or nobody, because the setting is another one by now.
create function public.begin_transfer(
  p_agent_id text, p_call_id uuid, p_to text, p_lease_ms integer, p_guard jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_until constant timestamptz := clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0);
  v_call orgline.calls := private.running_call_of_agent(p_agent_id, p_call_id);
begin
  if private.transfer_to(v_call) is distinct from p_to then
    return jsonb_build_object('result', 'nobody', 'call_sid', v_call.provider_call_id);
  end if;
  if private.begin_leg(v_call.provider_call_id, p_to, p_guard, v_until) then
    return jsonb_build_object('result', 'begun', 'call_sid', v_call.provider_call_id);
  end if;
  update orgline.calls set transfer_until = v_until
  where id = p_call_id and transfer = 'begun' and transfer_until <= clock_timestamp();
  if found then
    return jsonb_build_object('result', 'again', 'call_sid', v_call.provider_call_id);
  end if;
  return jsonb_build_object('call_sid', v_call.provider_call_id, 'result', (
    select case c.transfer when 'begun' then 'under_way' when 'answered' then 'answered' else 'refused' end
    from orgline.calls c where c.id = p_call_id));
end
$$;

-- The carrier refused: nobody's phone rang, so nothing was spent. The last thing in a transaction, as spend_for_all.
create function public.record_transfer_refused(p_call_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_sid text;
begin
  update orgline.calls set transfer = 'failed' where id = p_call_id and transfer = 'begun' returning provider_call_id into v_sid;
  if v_sid is not null then
    perform private.end_forward(v_sid, 0);
  end if;
  return jsonb_build_object('recorded', v_sid is not null);
end
$$;
