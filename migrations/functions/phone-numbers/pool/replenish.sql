-- Keeping the pool filled.

-- Fills the pool up to p_target (0: never), and keeps the notification about a pool below p_min
-- (0: never). p_reported: it was low already and has been told, so a person may have resolved it since.
create function public.replenish_pool(p_min integer, p_target integer, p_reported boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_ready integer;
  v_stock integer;
  v_coming integer;
  v_ordered integer := 0;
  v_facts jsonb;
begin
  perform private.lock_pool();
  -- For whoever changes the pool meanwhile.
  update orgline.deployment set pool_min = p_min, pool_target = p_target
  where (pool_min, pool_target) is distinct from (p_min, p_target);
  select count(*) into v_ready from private.takeable_numbers();
  select count(*) into v_stock from private.numbers_in_pool('{configured}') p
  where p.ghost_since is null and p.mark_doubt is null;
  v_coming := private.numbers_coming();
  if p_target > v_stock + v_coming then
    v_ordered := p_target - v_stock - v_coming;
    perform private.replenish(v_ordered);
  end if;
  if v_ready >= p_min then
    perform private.resolve_notifications(array['pool_low'], 'pool', 'system');
  else
    v_facts := private.pool_low_facts(v_ready, v_coming + v_ordered, p_min, p_target);
    if p_reported and not private.was_filled_since() then
      perform private.revise_notification('pool_low', 'pool', v_facts);
    else
      perform private.notify('pool_low', 'pool', v_facts);
    end if;
  end if;
  return jsonb_build_object('ready', v_ready, 'low', v_ready < p_min, 'ordered', v_ordered);
end
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
