-- Everything the pipeline needs to know about an order, in one object.
create function private.order_view(o public.number_orders) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', o.id, 'cause', o.cause, 'batch_id', o.batch_id, 'step', o.step, 'status', o.status, 'attempts', o.attempts,
    'organization_id', o.organization_id,
    'organization_name', (select g.name from public.organizations g where g.id = o.organization_id),
    'country', o.country, 'area_code', o.area_code, 'area_code_only', o.area_code_only,
    -- The agent its number is for, or has already; null: the deployment's.
    'agent_id', coalesce(private.own_agent(o.agent_id), (
      select private.own_agent(p.agent_id) from public.phone_numbers p where p.id = o.phone_number_id)),
    'last_error', o.last_error, 'next_run_at', o.next_run_at, 'lease_token', o.lease_token,
    'created_at', o.created_at, 'updated_at', o.updated_at,
    'tag', 'orgline:' || (select d.id from public.deployment d) || ':' || o.id,
    'phone', (select private.phone_number_view(p) from public.phone_numbers p where p.id = o.phone_number_id),
    'purchase_in_doubt', exists (
      select from public.number_order_attempts a where a.order_id = o.id and a.outcome = 'open' and a.buy_started_at is not null),
    'abandoned', (
      select coalesce(jsonb_agg(a.phone_number), '[]') from public.number_order_attempts a where a.order_id = o.id and a.outcome = 'abandoned'));
end
$$;

-- Where a number is bought for somebody who did not say where.
create function private.country_to_buy(p_country text) returns text
language sql immutable set search_path = '' as $$
  select coalesce(p_country, 'US')
$$;

-- The caller chooses the id, so that a repeated request finds its order and does not make another.
create function private.create_order(
  p_id uuid, p_organization_id uuid, p_cause text, p_country text, p_area_code text, p_area_code_only boolean, p_agent_id text default null
) returns uuid language plpgsql set search_path = '' as $$
begin
  insert into public.number_orders (id, organization_id, cause, country, area_code, area_code_only, agent_id)
  values (p_id, p_organization_id, p_cause, private.country_to_buy(p_country), p_area_code, p_area_code_only, p_agent_id)
  on conflict (id) do nothing;
  if not found and not exists (
    select from public.number_orders n where n.id = p_id and n.organization_id = p_organization_id and n.cause = p_cause) then
    raise exception 'This Idempotency-Key was used for another request: send a new key' using errcode = 'OL013';
  end if;
  return p_id;
end
$$;

-- Leases one order: the given one, or the next that is due. status: claimed, paused (a carrier
-- refuses our account), or none (nothing due, or somebody else is at it). For a given order the
-- answer always carries the order as it is.
create function public.claim_order(p_order_id uuid, p_lease_seconds integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order public.number_orders;
begin
  if exists (select from public.carrier_pauses where until > clock_timestamp()) then
    return jsonb_build_object('status', 'paused', 'order', (select private.order_view(n) from public.number_orders n where n.id = p_order_id));
  end if;
  update public.number_orders o
  set lease_token = gen_random_uuid(), lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where o.id = (
    select n.id from public.number_orders n
    where n.status = 'running'
      and n.next_run_at <= clock_timestamp()
      and (n.lease_until is null or n.lease_until < clock_timestamp())
      and (p_order_id is null or n.id = p_order_id)
    order by n.next_run_at
    limit 1
    for update skip locked)
  returning * into v_order;
  if not found then
    return jsonb_build_object('status', 'none', 'order', (select private.order_view(n) from public.number_orders n where n.id = p_order_id));
  end if;
  return jsonb_build_object('status', 'claimed', 'order', private.order_view(v_order));
end
$$;

-- Locks an order for one result. A worker whose lease was taken over must not record anything.
create function private.leased_order(p_order_id uuid, p_token uuid) returns public.number_orders
language plpgsql set search_path = '' as $$
declare
  v_order public.number_orders;
begin
  select * into v_order from public.number_orders n where n.id = p_order_id and n.lease_token = p_token for update;
  if not found then
    raise exception 'Order % is no longer leased by this worker', p_order_id using errcode = 'OL006';
  end if;
  return v_order;
end
$$;

-- Before each change at a carrier: proves that the lease is still ours and makes it long enough.
create function public.renew_order_lease(p_order_id uuid, p_token uuid, p_lease_seconds integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.leased_order(p_order_id, p_token);
  update public.number_orders set lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds) where id = p_order_id;
  return '{}';
end
$$;

-- Gives the order back before its lease is over; the loop may take it at once.
create function public.release_order(p_order_id uuid, p_token uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update public.number_orders set lease_token = null, lease_until = null where id = p_order_id and lease_token = p_token;
  return jsonb_build_object('released', found);
end
$$;
