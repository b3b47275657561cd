-- Who works on an order: one worker at a time, under a lease.

-- Leases one order: with p_any the next that is due, first numbers before all others; else the given one. While ElevenLabs
-- refuses our account, those at the import that this server answers come after all others.
-- status: claimed, paused (the carrier that it needs now refuses our account), elsewhere (some are due, but the
-- numbers were last pointed at another server than p_public_url, which does that), or none (nothing due, or somebody
-- else is at it). For a given order the
-- answer always carries the order as it is. A lease that was left to run out is charged to the order: whatever
-- keeps, or kills, every server that works on it must come to an end.
create function private.lease_order(p_any boolean, p_order_id uuid, p_lease_seconds integer, p_public_url text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_paused text[] := private.paused_carriers();
  v_steps text[];
  v_id uuid;
  v_order orgline.number_orders;
begin
  if v_paused <> '{}'
    and exists (select from orgline.number_orders n where n.id = p_order_id and private.carriers_of_order(n) && v_paused) then
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
    v_steps := private.steps_without(v_paused);
    select n.id into v_id from orgline.number_orders n
    where n.status = 'running' and n.next_run_at <= v_now and n.step = any (v_steps)
      and private.may_be_leased(n, v_now, v_paused)
    order by n.budget = 'first' desc, n.next_run_at
    limit 1 for update skip locked;
    if v_id is null and 'import' <> all (v_steps) then
      v_id := private.next_order_past_import(v_now, v_paused);
    end if;
  else
    select n.id into v_id from orgline.number_orders n
    where n.id = p_order_id and n.status = 'running' and n.next_run_at <= v_now
      and private.may_be_leased(n, v_now, v_paused)
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

-- The steps at which orders are not all alike in need of one of the given carriers: as carriers_of_order says.
create function private.steps_without(p_paused text[]) returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select s from unnest(array['choose', 'buy', 'sync', 'import']) s
    where case s
      when 'import' then 'elevenlabs' <> all (p_paused)
        or exists (select from orgline.deployment d where d.inbound_voice <> 'elevenlabs')
      else 'twilio' <> all (p_paused) end);
end
$$;

-- The next due order of an organization whose calls this server answers: its number passes by the import. The others at
-- that step may wait for ElevenLabs, and are not read.
create function private.next_order_past_import(p_now timestamptz, p_paused text[]) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  select n.id into v_id from orgline.number_orders n
  where n.organization_id = any (array(
      select o.id from orgline.organizations o
      where o.settings ->> 'inbound_voice' <> 'elevenlabs'))
    and n.status = 'running' and n.next_run_at <= p_now and n.step = 'import' and private.may_be_leased(n, p_now, p_paused)
  order by n.budget = 'first' desc, n.next_run_at
  limit 1 for update skip locked;
  return v_id;
end
$$;

-- Whether a due order has no worker, and the carriers that it needs now take our account.
create function private.may_be_leased(o orgline.number_orders, p_now timestamptz, p_paused text[]) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (o.lease_until is null or o.lease_until < p_now) and (p_paused = '{}' or not private.carriers_of_order(o) && p_paused);
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
