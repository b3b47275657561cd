-- Orders of organizations that are suspended: they wait until those are active again.

create function private.is_suspended(p_organization_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (select exists (select from orgline.organizations o where o.id = p_organization_id and o.status = 'suspended'));
end
$$;

-- Lets go of a leased order that would buy. It is looked at again every hour all the same, because a
-- purchase it gave up in doubt may have gone through since.
create function private.park_order(p_order_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_order orgline.number_orders;
begin
  update orgline.number_orders
  set last_error = 'organization_suspended',
    next_run_at = clock_timestamp() + interval '1 hour', is_trial = false, lease_token = null, lease_until = null, updated_at = now()
  where id = p_order_id returning * into v_order;
  return private.order_view(v_order);
end
$$;

-- To be called before the organization itself is locked or changed: every step of the pipeline locks
-- its order first, so one that still saw the organization suspended has parked by then.
create function private.wake_orders_of(p_organization_id uuid) returns void
language sql set search_path = '' as $$
  with waiting as (
    select n.id from orgline.number_orders n
    where n.organization_id = p_organization_id and n.status = 'running' and n.step in ('choose', 'buy')
    order by n.id for update
  )
  update orgline.number_orders n set next_run_at = least(n.next_run_at, clock_timestamp()) from waiting where n.id = waiting.id
$$;
