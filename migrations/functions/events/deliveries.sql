-- Telling endpoints: which delivery is next, and what came of it.

create function private.event_facts(e orgline.events) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', e.id, 'type', e.type, 'organization_id', e.organization_id, 'is_late', e.is_late, 'facts', e.facts,
    'created_at', e.created_at);
end
$$;

-- Those whose time has come are due. The claim waits for no lock: whoever changes an endpoint has that first, and then
-- its deliveries.
create function private.mark_deliveries_due(p_now timestamptz) returns void
language sql set search_path = '' as $$
  update orgline.event_deliveries set is_due = true
  where id in (
    select d.id from orgline.event_deliveries d where not d.is_due and d.due_at <= p_now
    order by d.due_at limit 100 for update skip locked)
$$;

-- What waits for an endpoint has no time while that is not active (parked), so that nobody steps over it, and is due once
-- it is active; a thousand at once. Its status is read under its lock: else it could be another by now, and what waits
-- would wait for ever. Whoever switches it sets is_switched, and that stays until none is left, those included that
-- somebody else has locked.
create function private.follow_switch(p_endpoint_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_status text;
begin
  select e.status into v_status from orgline.webhook_endpoints e where e.id = p_endpoint_id for no key update skip locked;
  if not found then
    return;
  end if;
  if v_status = 'active' then
    update orgline.event_deliveries set due_at = clock_timestamp(), is_due = true
    where id in (
      select d.id from orgline.event_deliveries d where d.endpoint_id = p_endpoint_id and d.status = 'pending' and d.due_at is null
      limit 1000 for update skip locked);
  else
    update orgline.event_deliveries set due_at = null, is_due = false
    where id in (
      select d.id from orgline.event_deliveries d where d.endpoint_id = p_endpoint_id and d.status = 'pending' and d.due_at is not null
      limit 1000 for update skip locked);
  end if;
  update orgline.webhook_endpoints set is_switched = false
  where id = p_endpoint_id and is_switched and not exists (
    select from orgline.event_deliveries d
    where d.endpoint_id = p_endpoint_id and d.status = 'pending' and (d.due_at is null) = (v_status = 'active'));
end
$$;

-- The next that is due of one owner, leased until then: of the endpoint that has the fewest under way (p_under_way: one
-- entry for each), p_most at the most; of none at a host that has enough (p_busy_hosts), and with p_is_healthy_only of
-- none that fails.
create function private.lease_delivery_of(
  p_owner_id uuid, p_under_way uuid[], p_most integer, p_busy_hosts text[], p_is_healthy_only boolean, p_until timestamptz
) returns orgline.event_deliveries language plpgsql set search_path = '' as $$
declare
  v_next record;
  v_delivery orgline.event_deliveries;
begin
  for v_next in
    select e.id, e.url, e.status, e.failing_since, n.count from orgline.webhook_endpoints e
    cross join lateral (
      select d.due_at from orgline.event_deliveries d
      where d.owner_id = p_owner_id and d.endpoint_id = e.id and d.is_due order by d.due_at limit 1) first
    cross join lateral (select count(*) from unnest(p_under_way) u where u = e.id) n
    where e.id in (select o.id from private.all_endpoints_of(nullif(p_owner_id, '00000000-0000-0000-0000-000000000000')) o)
    order by n.count, first.due_at
  loop
    if v_next.status <> 'active' then
      perform private.follow_switch(v_next.id);
      continue;
    end if;
    exit when v_next.count >= p_most;
    continue when private.host_of(v_next.url) = any (p_busy_hosts) or p_is_healthy_only and v_next.failing_since is not null;
    update orgline.event_deliveries d set due_at = p_until, is_due = false
    where d.id = (
      select n.id from orgline.event_deliveries n where n.owner_id = p_owner_id and n.endpoint_id = v_next.id and n.is_due
      order by n.due_at limit 1 for update skip locked)
    returning * into v_delivery;
    exit when found;
  end loop;
  return v_delivery;
end
$$;

-- The next delivery that is due, of the owner that comes after p_after; null: of the first. So one owner after the other
-- has its turn, however many endpoints it has, and however much there is for them. p_busy: owners that have enough
-- under way; p_under_way: the endpoints of what is, and p_most: how much of one may be; p_busy_hosts and
-- p_is_healthy_only: see lease_delivery_of. The due time, pushed away, is the lease. A server that the numbers were not
-- last pointed at tells nothing: where it is a copy, its original does.
create function public.claim_event_delivery(
  p_lease_ms integer, p_public_url text, p_after uuid, p_busy uuid[], p_under_way uuid[], p_most integer, p_busy_hosts text[],
  p_is_healthy_only boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_until timestamptz := v_now + make_interval(secs => p_lease_ms / 1000.0);
  v_owner_id uuid := p_after;
  v_is_round boolean := p_after is null;
  v_delivery orgline.event_deliveries;
begin
  if not private.is_current_deployment(p_public_url) then
    return jsonb_build_object('claim', null);
  end if;
  perform private.follow_switch((select e.id from orgline.webhook_endpoints e where e.is_switched limit 1 for no key update skip locked));
  perform private.mark_deliveries_due(v_now);
  loop
    select private.next_owner_due(v_owner_id) into v_owner_id;
    if v_owner_id is null or v_is_round and v_owner_id > p_after then
      exit when v_is_round;
      v_is_round := true;
      v_owner_id := null;
      continue;
    end if;
    continue when v_owner_id = any (p_busy);
    v_delivery := private.lease_delivery_of(v_owner_id, p_under_way, p_most, p_busy_hosts, p_is_healthy_only, v_until);
    exit when v_delivery.id is not null;
  end loop;
  return jsonb_build_object('claim', (
    select jsonb_build_object(
      'id', v_delivery.id, 'lease', v_delivery.due_at, 'attempts', v_delivery.attempts, 'event', private.event_facts(n),
      'endpoint_id', e.id, 'owner_id', v_delivery.owner_id, 'url', e.url, 'host', private.host_of(e.url),
      'is_failing', e.failing_since is not null,
      'secrets', to_jsonb(e.secret || private.previous_secrets(e)))
    from orgline.webhook_endpoints e join orgline.events n on n.id = v_delivery.event_id
    where e.id = v_delivery.endpoint_id and e.status = 'active'
      and (e.organization_id is null or e.organization_id = n.organization_id)));
end
$$;

-- The owner after that one of whom something is due; null: the first.
create function private.next_owner_due(p_after uuid) returns uuid
language plpgsql stable set search_path = '' as $$
begin
  if p_after is null then
    return (select d.owner_id from orgline.event_deliveries d where d.is_due order by d.owner_id limit 1);
  end if;
  return (select d.owner_id from orgline.event_deliveries d where d.is_due and d.owner_id > p_after order by d.owner_id limit 1);
end
$$;

-- What came of a try: result is delivered, failed (tried again after p_delay_ms; null: not any more), or gone: the endpoint
-- wants nothing more. That it was delivered holds whoever has the lease. An endpoint that has taken nothing for five
-- days is paused, once it has failed with the same event twice: one that is seldom told anything may have recovered long
-- ago. p_url: where it was tried, for which alone that speaks: an address that was entered meanwhile has not answered.
create function public.record_event_delivery(
  p_id uuid, p_lease timestamptz, p_url text, p_result text, p_status_code integer, p_answer text, p_error text, p_delay_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint orgline.webhook_endpoints;
  v_is_locked boolean := false;
  v_attempts integer;
begin
  select e.* into v_endpoint from orgline.event_deliveries d join orgline.webhook_endpoints e on e.id = d.endpoint_id where d.id = p_id;
  -- The endpoint first, as for whoever changes it, and only where this changes it.
  if v_endpoint.url = p_url and (p_result = 'gone' or (p_result = 'delivered') = (v_endpoint.failing_since is not null)
    or p_result = 'failed' and v_endpoint.failing_since < now() - interval '5 days') then
    select * into v_endpoint from orgline.webhook_endpoints e where e.id = v_endpoint.id for no key update;
    v_is_locked := v_endpoint.url = p_url;
  end if;
  if v_endpoint.url <> p_url and p_result = 'gone' then
    p_result := 'failed';
  end if;
  update orgline.event_deliveries d set
    status = case when p_result = 'delivered' then 'delivered' when p_result = 'failed' and p_delay_ms is not null then 'pending'
      else 'failed' end,
    due_at = case when p_result = 'failed' then clock_timestamp() + make_interval(secs => p_delay_ms / 1000.0) end, is_due = false,
    attempts = d.attempts + 1, status_code = p_status_code, answer = p_answer, error = p_error, updated_at = clock_timestamp()
  where d.id = p_id and d.status = 'pending' and (d.due_at = p_lease or p_result = 'delivered') returning d.attempts into v_attempts;
  if not found then
    return jsonb_build_object('recorded', false);
  end if;
  if v_is_locked then
    update orgline.webhook_endpoints e
    set failing_since = case when p_result <> 'delivered' then coalesce(e.failing_since, clock_timestamp()) end
    where e.id = v_endpoint.id returning * into v_endpoint;
    if p_result = 'gone' then
      perform private.pause_endpoint(v_endpoint, 'gone', p_error);
    elsif p_result = 'failed' and v_endpoint.failing_since < now() - interval '5 days' and v_attempts > 1 then
      perform private.pause_endpoint(v_endpoint, 'failing', p_error);
    end if;
  end if;
  return jsonb_build_object('recorded', true);
end
$$;

-- Ends the telling of an endpoint that the caller has locked, and tells a person. What is not delivered yet waits.
create function private.pause_endpoint(p_endpoint orgline.webhook_endpoints, p_reason text, p_error text) returns void
language plpgsql set search_path = '' as $$
declare
  v_endpoint orgline.webhook_endpoints;
begin
  update orgline.webhook_endpoints e set status = 'paused', paused_reason = p_reason, is_switched = true, updated_at = now()
  where e.id = p_endpoint.id and e.status = 'active' returning * into v_endpoint;
  if not found then
    return;
  end if;
  perform private.notify('webhook_endpoint_paused', v_endpoint.id::text, jsonb_build_object(
    'cause', p_reason, 'endpoint_id', v_endpoint.id, 'organization', private.organization_name(v_endpoint.organization_id),
    'host', private.host_of(v_endpoint.url), 'since', v_endpoint.failing_since, 'error', coalesce(p_error, '')),
    v_endpoint.organization_id);
end
$$;
