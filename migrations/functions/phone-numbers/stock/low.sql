-- What a person is told of a pool that is low.

-- Orders that verify a number of the stock bring none.
create function private.numbers_coming() returns integer
language sql stable set search_path = '' as $$
  select count(*)::integer from orgline.number_orders n
  left join orgline.phone_numbers p on p.id = n.phone_number_id
  where n.organization_id is null and private.is_open_order(n.status) and p.status is distinct from 'configured'
$$;

-- Whether what was told last ended by itself: being low again is another episode.
create function private.was_filled_since() returns boolean
language sql stable set search_path = '' as $$
  select coalesce((
    select n.resolved_by = 'system' from orgline.admin_notifications n
    where n.type = 'pool_low' and n.subject = 'pool' order by n.created_at desc limit 1), false)
$$;

-- A number has come into the pool, or left it: what was told of it being low is brought up to date, or over.
-- Where somebody else is at that in this moment, it is left to the next one; where nothing is told, nothing
-- is counted.
create function private.pool_changed() returns void
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
  v_deployment orgline.deployment;
  v_ready integer;
begin
  select n.id into v_id from orgline.admin_notifications n
  where n.type = 'pool_low' and n.subject = 'pool' and n.status = 'pending' for update skip locked;
  if not found then
    return;
  end if;
  select d.* into v_deployment from orgline.deployment d;
  select count(*) into v_ready from private.takeable_numbers();
  if v_ready >= v_deployment.pool_min then
    perform private.resolve_notifications(array['pool_low'], 'pool', 'system');
  else
    perform private.revise_notification('pool_low', 'pool', private.pool_low_facts(
      v_ready, private.numbers_coming(), v_deployment.pool_min, v_deployment.pool_target))
    where v_deployment.pool_min is not null;
  end if;
end
$$;

create function private.pool_low_facts(p_ready integer, p_coming integer, p_min integer, p_target integer) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('ready', p_ready, 'coming', p_coming, 'min', p_min, 'target', p_target, 'error', (
    select n.last_error from orgline.number_orders n
    where n.cause = 'replenish' and n.status = 'canceled' and n.updated_at > now() - interval '1 day'
    order by n.updated_at desc limit 1))
$$;
