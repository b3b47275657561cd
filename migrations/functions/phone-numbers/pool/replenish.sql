-- Keeping the pool filled.

-- Fills the pool up to p_target (0: never), and keeps the notification about a pool below p_min
-- (0: never). p_told: it was low already and has been told, so a person may have resolved it since.
create function public.tend_pool(p_min integer, p_target integer, p_told boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_ready integer;
  v_stock integer;
  v_coming integer;
  v_ordered integer := 0;
  v_message text;
begin
  perform private.lock_pool();
  -- For whoever changes the pool meanwhile.
  update orgline.deployment set pool_min = p_min, pool_target = p_target
  where (pool_min, pool_target) is distinct from (p_min, p_target);
  select count(*) filter (where private.is_takeable(p)), count(*) into v_ready, v_stock
  from orgline.phone_numbers p
  where p.status = 'configured' and p.ghost_since is null and p.mark_doubt is null and private.is_in_pool(p);
  v_coming := private.numbers_coming();
  if p_target > v_stock + v_coming then
    v_ordered := p_target - v_stock - v_coming;
    perform private.replenish(v_ordered);
  end if;
  if v_ready >= p_min then
    perform private.resolve_notifications(array['pool_low'], 'pool', 'system');
  else
    v_message := private.pool_low_message(v_ready, v_coming + v_ordered, p_min, p_target);
    if p_told and not private.was_filled_since() then
      update orgline.admin_notifications set message = v_message, updated_at = now()
      where type = 'pool_low' and subject = 'pool' and status = 'pending';
    else
      perform private.notify('pool_low', 'pool', v_message);
    end if;
  end if;
  return jsonb_build_object('ready', v_ready, 'low', v_ready < p_min, 'ordered', v_ordered);
end
$$;

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
  select count(*) into v_ready from orgline.phone_numbers p where p.status = 'configured' and private.is_takeable(p);
  if v_ready >= v_deployment.pool_min then
    perform private.resolve_notifications(array['pool_low'], 'pool', 'system');
  else
    update orgline.admin_notifications set updated_at = now(),
      message = private.pool_low_message(v_ready, private.numbers_coming(), v_deployment.pool_min, v_deployment.pool_target)
    where id = v_id and v_deployment.pool_min is not null;
  end if;
end
$$;

create function private.pool_low_message(p_ready integer, p_coming integer, p_min integer, p_target integer) returns text
language sql stable set search_path = '' as $$
  select format(
    'The pool has %s numbers that can be given away at once, fewer than %s (POOL_MIN); %s more are on their way. Sign-ups '
      'that find it empty buy a number of their own, which takes longer. %s%s This resolves by itself once there are enough.',
    p_ready, p_min, p_coming,
    case when p_target > 0
      then format('It is filled up to %s (POOL_TARGET) by itself; GET /api/admin/notifications shows what those numbers may '
        'wait for.', p_target)
      else format('1. POST /api/admin/phone-numbers/batch-purchase {"count": %s}. 2. Or set POOL_TARGET in .env and restart '
        'the server: the pool is then filled by itself.', least(greatest(2 * p_min - p_ready - p_coming, 1), 100)) end,
    (select format(' The last that could not be bought: %s.', n.last_error) from orgline.number_orders n
     where n.cause = 'replenish' and n.status = 'canceled' and n.updated_at > now() - interval '1 day'
     order by n.updated_at desc limit 1))
$$;

-- Orders numbers of the area codes that organizations were given in 30 days, so that the pool comes
-- as near to those proportions as it can (Sainte-Laguë, what is there counted); of any in the US
-- where there were none.
create function private.replenish(p_count integer) returns void
language plpgsql set search_path = '' as $$
declare
  v_batch_id uuid := gen_random_uuid();
  v_share record;
begin
  for v_share in
    with used as (
      select p.country, p.area_code, count(*) as uses
      from orgline.organization_phone_numbers h
      join orgline.phone_numbers p on p.id = h.phone_number_id
      where h.assigned_at > now() - interval '30 days' and p.country in ('US', 'CA') and p.area_code is not null
      group by p.country, p.area_code
    ), stock as (
      select u.*, (
        select count(*) from orgline.phone_numbers p
        where p.status = 'configured' and p.ghost_since is null and p.mark_doubt is null and p.country = u.country
          and p.area_code = u.area_code) as numbers
      from used u
    ), seats as (
      select s.country, s.area_code from stock s, generate_series(s.numbers + 1, s.numbers + p_count) as seat
      order by s.uses / (seat - 0.5) desc, s.country, s.area_code
      limit p_count
    )
    select country, area_code, count(*)::integer as numbers from seats group by country, area_code
  loop
    perform private.order_for_pool(v_batch_id, 'replenish', v_share.country, v_share.area_code, false, v_share.numbers, null);
  end loop;
  if not found then
    perform private.order_for_pool(v_batch_id, 'replenish', 'US', null, false, p_count, null);
  end if;
end
$$;
