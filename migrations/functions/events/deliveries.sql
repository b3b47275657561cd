-- Telling endpoints: which delivery is next, and what came of it.

create function private.event_facts(e orgline.events) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', e.id, 'type', e.type, 'organization_id', e.organization_id, 'is_late', e.is_late, 'facts', e.facts,
    'created_at', e.created_at);
end
$$;

-- The next delivery that is due, of the endpoint that comes after p_after; null: of the first. So one endpoint after the
-- other has its turn, however much there is for one of them. p_busy: endpoints that have enough under way. The due
-- time, pushed away, is the lease. A server that the numbers were not last pointed at tells nothing: where it is a copy,
-- its original does. An endpoint that was paused while something of it was under way is told no more.
create function public.claim_event_delivery(p_lease_ms integer, p_public_url text, p_after uuid, p_busy uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  c_first constant uuid := '00000000-0000-0000-0000-000000000000';
  v_after uuid := coalesce(p_after, c_first);
  v_is_round boolean := p_after is null;
  v_next record;
  v_delivery orgline.event_deliveries;
begin
  if not private.is_current_deployment(p_public_url) then
    return jsonb_build_object('claim', null);
  end if;
  loop
    select d.endpoint_id, d.due_at into v_next from orgline.event_deliveries d
    where d.due_at is not null and d.endpoint_id > v_after order by d.endpoint_id, d.due_at limit 1;
    if not found or v_is_round and v_next.endpoint_id > p_after then
      exit when v_is_round;
      v_is_round := true;
      v_after := c_first;
      continue;
    end if;
    v_after := v_next.endpoint_id;
    continue when v_next.due_at > v_now or v_after = any (p_busy);
    if not exists (select from orgline.webhook_endpoints e where e.id = v_after and e.status = 'active') then
      update orgline.event_deliveries set due_at = null where endpoint_id = v_after and due_at <= v_now;
      continue;
    end if;
    update orgline.event_deliveries d
    set due_at = v_now + make_interval(secs => p_lease_ms / 1000.0), attempts = d.attempts + 1
    where d.id = (
      select n.id from orgline.event_deliveries n where n.endpoint_id = v_after and n.due_at <= v_now
      order by n.due_at limit 1 for update skip locked)
    returning * into v_delivery;
    exit when found;
  end loop;
  return jsonb_build_object('claim', (
    select jsonb_build_object(
      'id', v_delivery.id, 'lease', v_delivery.due_at, 'attempts', v_delivery.attempts, 'event', private.event_facts(n),
      'endpoint_id', e.id, 'url', e.url, 'secrets', to_jsonb(e.secret || private.previous_secrets(e)))
    from orgline.webhook_endpoints e join orgline.events n on n.id = v_delivery.event_id
    where e.id = v_delivery.endpoint_id and (e.organization_id is null or e.organization_id = n.organization_id)));
end
$$;

-- What came of a try: result is delivered, failed (tried again after p_delay_ms; null: not any more), or gone: the endpoint
-- wants nothing more. That it was delivered holds whoever has the lease. An endpoint that has taken nothing for five
-- days is paused.
create function public.record_event_delivery(
  p_id uuid, p_lease timestamptz, p_result text, p_status_code integer, p_answer text, p_error text, p_delay_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint orgline.webhook_endpoints;
begin
  -- The endpoint first, as for whoever removes it.
  select e.* into v_endpoint from orgline.event_deliveries d join orgline.webhook_endpoints e on e.id = d.endpoint_id where d.id = p_id;
  if p_result = 'delivered' and v_endpoint.failing_since is not null or p_result <> 'delivered' and v_endpoint.failing_since is null then
    update orgline.webhook_endpoints e
    set failing_since = case when p_result <> 'delivered' then coalesce(e.failing_since, clock_timestamp()) end
    where e.id = v_endpoint.id returning * into v_endpoint;
  end if;
  update orgline.event_deliveries d set
    status = case when p_result = 'delivered' then 'delivered' when p_result = 'failed' and p_delay_ms is not null then 'pending'
      else 'failed' end,
    due_at = case when p_result = 'failed' then clock_timestamp() + make_interval(secs => p_delay_ms / 1000.0) end,
    status_code = p_status_code, answer = p_answer, error = p_error, updated_at = clock_timestamp()
  where d.id = p_id and d.status = 'pending' and (d.due_at = p_lease or p_result = 'delivered');
  if not found then
    return jsonb_build_object('recorded', false);
  end if;
  if p_result = 'gone' then
    perform private.pause_endpoint(v_endpoint, 'gone', p_error);
  elsif p_result = 'failed' and v_endpoint.failing_since < now() - interval '5 days' then
    perform private.pause_endpoint(v_endpoint, 'failing', p_error);
  end if;
  return jsonb_build_object('recorded', true);
end
$$;

-- Ends the telling of an endpoint, and tells a person. What is not delivered yet waits.
create function private.pause_endpoint(p_endpoint orgline.webhook_endpoints, p_reason text, p_error text) returns void
language plpgsql set search_path = '' as $$
declare
  v_endpoint orgline.webhook_endpoints;
begin
  update orgline.webhook_endpoints e set status = 'paused', paused_reason = p_reason, updated_at = now()
  where e.id = p_endpoint.id and e.status = 'active' returning * into v_endpoint;
  if not found then
    return;
  end if;
  perform private.set_deliveries_due(v_endpoint);
  perform private.notify('webhook_endpoint_paused', v_endpoint.id::text, jsonb_build_object(
    'cause', p_reason, 'endpoint_id', v_endpoint.id, 'organization', private.organization_name(v_endpoint.organization_id),
    'host', substring(v_endpoint.url from '^https?://([^/?#]+)'), 'since', v_endpoint.failing_since, 'error', coalesce(p_error, '')),
    v_endpoint.organization_id);
end
$$;
