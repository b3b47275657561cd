-- Agents of organizations, and the numbers they answer.

create function private.agent_tag(p_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (select 'orgline:' || d.id || ':' || p_id from orgline.deployment d);
end
$$;

-- The holdings of the numbers that an agent has, or that are being set up for it; the first one first.
create function private.holdings_of_agent(a orgline.agents) returns setof orgline.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
begin
  return query
  select h.* from orgline.organization_phone_numbers h
  join orgline.phone_numbers p on p.id = h.phone_number_id
  where h.organization_id = a.organization_id and h.ended_at is null and (
    p.agent_id = a.elevenlabs_agent_id
    or p.agent_id is null and exists (
      select from orgline.number_orders n
      where n.phone_number_id = p.id and n.agent_id = a.elevenlabs_agent_id and private.is_open_order(n.status)))
  order by h.created_at, h.id;
end
$$;

create function private.open_order_of_agent(a orgline.agents) returns orgline.number_orders
language plpgsql stable set search_path = '' as $$
begin
  return (
    select n from orgline.number_orders n
    where n.agent_id = a.elevenlabs_agent_id and private.is_open_order(n.status)
    order by n.created_at, n.id limit 1);
end
$$;

-- A number is verified when sync has bound it to its agent.
create function private.agent_view(a orgline.agents) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'id', a.id, 'organization_id', a.organization_id, 'agent_id', a.elevenlabs_agent_id, 'tag', private.agent_tag(a.id),
      'name', a.name, 'language', a.language, 'first_message', a.first_message, 'prompt', a.prompt, 'voice_id', a.voice_id,
      'status', a.status, 'created_at', a.created_at, 'updated_at', a.updated_at, 'change_pending', a.changes is not null,
      'transfer_to', a.transfer -> 'to', 'daily_conversations', a.few_calls, 'daily_conversations_until', a.few_until,
      'daily_replies', a.replies,
      'order', (select jsonb_build_object('id', n.id, 'status', n.status, 'last_error', n.last_error)
        from private.open_order_of_agent(a) n where n.id is not null),
      'phone_numbers', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'phone_number', p.phone_number, 'twilio_phone_sid', p.twilio_phone_sid, 'capabilities', p.capabilities, 'status', p.status,
          'verified', p.agent_id = a.elevenlabs_agent_id and private.is_verified(p), 'assigned_at', h.assigned_at)
          order by h.created_at, h.id), '[]')
        from private.holdings_of_agent(a) h join orgline.phone_numbers p on p.id = h.phone_number_id)));
end
$$;

-- An agent that the caller may see.
create function public.get_agent(p_actor public.orgline_actor, p_agent_id text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.versioned(private.agent_view(private.visible_agent(p_actor, p_agent_id)))
$$;

-- One more than a page of these organizations' agents.
create function private.agents_page(p_organization_ids uuid[], p_limit integer, p_cursor text) returns setof orgline.agents
language plpgsql stable set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return query
  select a.* from orgline.agents a
  where a.organization_id = any (p_organization_ids) and a.status = 'active' and (a.created_at, a.id) < (v_after, v_after_id)
  order by a.created_at desc, a.id desc limit p_limit + 1;
end
$$;

-- The same of all organizations.
create function private.agents_page_of_all(p_limit integer, p_cursor text) returns setof orgline.agents
language plpgsql stable set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return query
  select a.* from orgline.agents a where a.status = 'active' and (a.created_at, a.id) < (v_after, v_after_id)
  order by a.created_at desc, a.id desc limit p_limit + 1;
end
$$;

-- Of one organization; the newest first.
create function public.list_agents(p_actor public.orgline_actor, p_organization_id uuid, p_limit integer, p_cursor text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.visible_organization(p_actor, p_organization_id);
  return (
    select private.page(coalesce(jsonb_agg(private.agent_view(a) order by a.created_at desc, a.id desc), '[]'), p_limit)
    from private.agents_page(array[p_organization_id], p_limit, p_cursor) a);
end
$$;

-- Of all organizations that the caller may see; the newest first.
create function public.list_visible_agents(p_actor public.orgline_actor, p_limit integer, p_cursor text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select private.page(coalesce(jsonb_agg(private.agent_view(a) order by a.created_at desc, a.id desc), '[]'), p_limit)
    from (
      select * from private.agents_page_of_all(p_limit, p_cursor) where private.may_do_all(p_actor)
      union all
      select * from private.agents_page(array(select private.organizations_of(p_actor)), p_limit, p_cursor)
      where not private.may_do_all(p_actor)) a);
end
$$;

-- Ends an order that waits for a person and has certainly bought nothing, where nobody is at it.
create function private.cancel_unfillable_order(o orgline.number_orders) returns boolean
language plpgsql set search_path = '' as $$
begin
  -- Skipped, because who deletes the agent locks its orders before the organization.
  perform from orgline.number_orders n
  where n.id = o.id and n.status = 'needs_attention' and n.step in ('choose', 'buy') and not private.may_have_bought(n.id)
  for update skip locked;
  if found then
    perform private.end_unbought_order(o.id, o.last_error);
    return true;
  end if;
  return false;
end
$$;

-- The agent's first number: of the pool, due to be bound to it, or an order, also one that is open
-- already, unless that found nothing to buy: then what is wanted now is tried instead. The caller
-- chooses the id, so that a repeat finds what it brought.
create function public.add_agent_phone_number(
  p_id uuid, p_actor public.orgline_actor, p_agent_id text, p_country text, p_area_code text, p_region text, p_max integer,
  p_guard jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_agent orgline.agents := private.administered_agent(p_actor, p_agent_id);
  v_has_order boolean := (private.open_order_of_agent(v_agent)).id is not null;
  v_order orgline.number_orders;
  v_number text;
begin
  -- What ends orders takes this before the organization, and one may be ended here.
  if v_has_order then
    perform private.lock_purchase_limit();
  end if;
  -- In the order in which add_phone_number and whoever changes an organization take them.
  perform private.lock_numbers_of(v_agent.organization_id);
  perform private.lock_organization(v_agent.organization_id);
  v_agent := private.administered_agent(p_actor, p_agent_id);
  loop
    v_order := private.open_order_of_agent(v_agent);
    exit when v_order.id is null;
    if v_order.id = p_id or not v_has_order or not private.cancel_unfillable_order(v_order) then
      return jsonb_build_object('number', null, 'synced', false, 'order_id', v_order.id);
    end if;
  end loop;
  select p.phone_number into v_number from private.holdings_of_agent(v_agent) h
  join orgline.phone_numbers p on p.id = h.phone_number_id
  where h.id <> p_id and not exists (select from orgline.number_orders n where n.id = p_id and n.phone_number_id = p.id)
  limit 1;
  if found then
    raise exception 'agent_has_number' using errcode = 'OL072',
      detail = jsonb_build_object('number', v_number, 'agent_id', p_agent_id, 'organization_id', v_agent.organization_id);
  end if;
  return public.add_phone_number(
    p_id, p_actor, v_agent.organization_id, p_country, p_area_code, p_region, false, p_max, p_agent_id, p_guard);
end
$$;

-- Locks the agent's orders that have not bought yet, all of them before any is ended.
create function private.lock_unbought_orders_of_agent(p_agent_id text) returns orgline.number_orders[]
language sql set search_path = '' as $$
  with unbought as (
    select n from orgline.number_orders n
    where n.agent_id = p_agent_id and private.is_open_order(n.status) and n.step in ('choose', 'buy')
    order by n.id for update
  )
  select coalesce(array_agg(u.n), '{}') from unbought u
$$;

-- Ends those of these locked orders that have certainly bought nothing. An order at work, or one whose purchase
-- is in doubt, has to be waited for, or for whom it waits for.
create function private.end_orders_of_agent(p_agent_id text, p_orders orgline.number_orders[], p_reason text) returns void
language plpgsql set search_path = '' as $$
declare
  v_order orgline.number_orders;
begin
  foreach v_order in array p_orders loop
    if v_order.lease_until > clock_timestamp() or exists (
      select from orgline.number_order_attempts t where t.order_id = v_order.id and t.outcome = 'open'
        and t.buy_started_at is not null) then
      if v_order.status = 'needs_attention' then
        raise exception 'number_may_be_bought' using errcode = 'OL012',
          detail = jsonb_build_object('agent_id', p_agent_id, 'order_id', v_order.id);
      end if;
      raise exception 'number_being_bought' using errcode = 'OL012', detail = jsonb_build_object('agent_id', p_agent_id);
    end if;
    perform private.end_unbought_order(v_order.id, p_reason);
  end loop;
end
$$;

-- Gives the agent's first number up, which is then still to be synced; where there is none yet, ends
-- the orders for it (number: null).
create function public.quarantine_agent_phone_number(p_actor public.orgline_actor, p_agent_id text, p_quarantine_days integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_agent orgline.agents := private.administered_agent(p_actor, p_agent_id);
  v_number text;
  v_orders orgline.number_orders[];
begin
  select p.phone_number into v_number from private.holdings_of_agent(v_agent) h
  join orgline.phone_numbers p on p.id = h.phone_number_id limit 1;
  if found then
    return jsonb_build_object('phone_number', v_number, 'number',
      public.quarantine_phone_number(p_actor, v_agent.organization_id, v_number, p_quarantine_days));
  end if;
  v_orders := private.lock_unbought_orders_of_agent(p_agent_id);
  if cardinality(v_orders) = 0 then
    raise exception 'agent_without_number' using errcode = 'OL004', detail = jsonb_build_object('agent_id', p_agent_id);
  end if;
  perform private.end_orders_of_agent(p_agent_id, v_orders, 'number_given_up');
  perform private.audit(p_actor, 'quarantine_agent_phone_number', v_agent.organization_id, p_agent_id, p_takes_away => true);
  return jsonb_build_object('phone_number', null, 'number', null);
end
$$;

-- Locks an agent in use against other changes of it, not against what comes to point at it.
create function private.agent_being_changed(p_id uuid) returns orgline.agents
language plpgsql set search_path = '' as $$
declare
  v_agent orgline.agents;
begin
  select a.* into v_agent from orgline.agents a where a.id = p_id and a.status = 'active' for no key update;
  if not found then
    raise exception 'agent_deleted_meanwhile' using errcode = 'OL070';
  end if;
  return v_agent;
end
$$;
