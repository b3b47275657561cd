-- Who works on an order: one worker at a time, under a lease.

-- Leases one order: with p_any the next that is due, first numbers before all others; else the given one.
-- status: claimed, paused (the carrier that it needs now refuses our account), elsewhere (some are due, but the
-- numbers were last pointed at another server than p_public_url, which does that), or none (nothing due, or somebody
-- else is at it). For a given order the
-- answer always carries the order as it is. A lease that was left to run out is charged to the order: whatever
-- keeps, or kills, every server that works on it must come to an end.
create function private.lease_order(p_any boolean, p_order_id uuid, p_lease_seconds integer, p_public_url text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_id uuid;
  v_order orgline.number_orders;
begin
  if exists (select from orgline.number_orders n where n.id = p_order_id and private.is_paused(private.carriers_of_order(n))) then
    return jsonb_build_object('status', 'paused', 'order',
      (select private.order_view(n) from orgline.number_orders n where n.id = p_order_id));
  end if;
  -- This may be a copy: it would buy for its original, and point at itself what the original has.
  if not private.is_current_deployment(p_public_url) then
    return jsonb_build_object('status', case when exists (
        select from orgline.number_orders n
        where n.status = 'running' and n.next_run_at <= v_now and (p_any or n.id = p_order_id))
        then 'elsewhere' else 'none' end,
      'order', (select private.order_view(n) from orgline.number_orders n where n.id = p_order_id));
  end if;
  -- Apart, so that each is found by an index: the next one in their order, the given one by its id.
  if p_any then
    select n.id into v_id from orgline.number_orders n
    where n.status = 'running' and n.next_run_at <= v_now and private.may_be_leased(n, v_now)
    order by n.budget = 'first' desc, n.next_run_at
    limit 1 for update skip locked;
  else
    select n.id into v_id from orgline.number_orders n
    where n.id = p_order_id and n.status = 'running' and n.next_run_at <= v_now and private.may_be_leased(n, v_now)
    for update skip locked;
  end if;
  update orgline.number_orders o
  set lease_token = gen_random_uuid(), lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds),
    -- One that is held back goes on being asked about, until that is clear.
    attempts = o.attempts + (o.lease_until is not null and not private.is_loss_held('import', o.phone_number_id))::integer
  where o.id = v_id
  returning * into v_order;
  if not found then
    return jsonb_build_object('status', 'none', 'order',
      (select private.order_view(n) from orgline.number_orders n where n.id = p_order_id));
  end if;
  return jsonb_build_object('status', 'claimed', 'order', private.order_view(v_order));
end
$$;

-- Whether a due order has no worker, and the carriers that it needs now take our account.
create function private.may_be_leased(o orgline.number_orders, p_now timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (o.lease_until is null or o.lease_until < p_now) and not private.is_paused(private.carriers_of_order(o));
end
$$;

-- Leases the next order that is due.
create function public.claim_next_order(p_lease_seconds integer, p_public_url text) returns jsonb
language sql security definer set search_path = '' as $$
  select private.lease_order(true, null, p_lease_seconds, p_public_url)
$$;

-- Leases the given order, if it is due.
create function public.claim_order(p_order_id uuid, p_lease_seconds integer, p_public_url text) returns jsonb
language sql security definer set search_path = '' as $$
  select private.lease_order(false, p_order_id, p_lease_seconds, p_public_url)
$$;

-- Lets go of a leased order whose worker is not where the numbers point any more: another goes on with it at once.
create function private.leave_order_to_others(p_order_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_order orgline.number_orders;
begin
  update orgline.number_orders set lease_token = null, lease_until = null, updated_at = now()
  where id = p_order_id returning * into v_order;
  return private.order_view(v_order);
end
$$;

-- Before each change at a carrier: proves that the lease is still ours and makes it long enough.
create function public.renew_order_lease(p_order_id uuid, p_token uuid, p_lease_seconds integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.leased_order(p_order_id, p_token);
  update orgline.number_orders set lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds) where id = p_order_id;
  return '{}';
end
$$;

-- Gives the order back before its lease is over; the loop may take it at once.
create function public.return_order_lease(p_order_id uuid, p_token uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.number_orders set lease_token = null, lease_until = null where id = p_order_id and lease_token = p_token;
  return jsonb_build_object('released', found);
end
$$;
