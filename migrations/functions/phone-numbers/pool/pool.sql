-- Numbers that wait for an organization: taking them, and what there are.

-- Whether a number waits in the pool for somebody with these criteria.
create function private.is_on_offer(p orgline.phone_numbers, p_country text, p_area_code text, p_area_code_only boolean) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (p_country is null or p.country = p_country)
    and (not p_area_code_only or p_area_code is null or p.area_code = p_area_code)
    and private.is_takeable(p);
end
$$;

-- Locks the number of the pool that fits best, as take_pool_number says; null: all that fit are locked, or there are none.
-- One question for each degree of fitting, each in the order of an index (phone_numbers_stock…), so that the first row
-- answers it however many numbers wait.
create function private.lock_fitting_number(p_country text, p_area_code text, p_region text, p_area_code_only boolean)
returns orgline.phone_numbers language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_by_area_alone boolean := p_area_code_only and p_area_code is not null;
begin
  if p_area_code is not null then
    select p.* into v_number from orgline.phone_numbers p
    where p.status = 'configured' and p.area_code = p_area_code and p.sync_due_at is null
      and private.is_on_offer(p, p_country, p_area_code, p_area_code_only)
    order by p.created_at limit 1 for update skip locked;
  end if;
  if v_number.id is null and p_region is not null and not v_by_area_alone then
    select p.* into v_number from orgline.phone_numbers p
    where p.status = 'configured' and p.region = p_region and p.sync_due_at is null
      and private.is_on_offer(p, p_country, p_area_code, p_area_code_only)
    order by p.created_at limit 1 for update skip locked;
  end if;
  if v_number.id is null and not v_by_area_alone then
    select p.* into v_number from orgline.phone_numbers p
    where p.status = 'configured' and p.country = private.country_to_buy(p_country) and p.sync_due_at is null
      and private.is_on_offer(p, p_country, p_area_code, p_area_code_only)
    order by p.created_at limit 1 for update skip locked;
  end if;
  if v_number.id is null and not v_by_area_alone and p_country is null then
    select p.* into v_number from orgline.phone_numbers p
    where p.status = 'configured' and p.sync_due_at is null and private.is_on_offer(p, p_country, p_area_code, p_area_code_only)
    order by p.created_at limit 1 for update skip locked;
  end if;
  if v_number.id is null then
    -- Those that are due to be synced: few, but for a moment after a change of settings.
    select p.* into v_number from orgline.phone_numbers p
    where p.status = 'configured' and p.sync_due_at is not null and private.is_on_offer(p, p_country, p_area_code, p_area_code_only)
    order by (p.area_code = p_area_code) desc nulls last, (p.region = p_region) desc nulls last,
      (p.country = private.country_to_buy(p_country)) desc, p.created_at
    limit 1 for update skip locked;
  end if;
  return v_number;
end
$$;

-- Gives an organization a number of the pool, live from the commit on: one that is synced, else one
-- that is due to be; of the area code, else of its region, else of the country; the longest waiting
-- first. p_country null: of any country, of the one that would be bought first. Null where there is
-- none. Two takers never get the same one. Where all that are left are locked, it waits a moment:
-- whoever has them may take them, or only note a price, and what is there must not be bought again. For
-- an agent of the organization's own it is due to be bound to that.
create function private.take_pool_number(
  p_organization_id uuid, p_country text, p_area_code text, p_region text, p_area_code_only boolean,
  p_holding_id uuid default gen_random_uuid(), p_agent_id text default null
) returns orgline.phone_numbers language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  for v_try in 1..5 loop
    v_number := private.lock_fitting_number(p_country, p_area_code, p_region, p_area_code_only);
    exit when v_number.id is not null or not exists (
      select from orgline.phone_numbers p
      where p.status = 'configured' and private.is_on_offer(p, p_country, p_area_code, p_area_code_only));
    perform pg_sleep(0.02);
  end loop;
  if v_number.id is null then
    return null;
  end if;
  insert into orgline.organization_phone_numbers (id, organization_id, phone_number_id, is_active, from_pool, requested_area_code)
  values (p_holding_id, p_organization_id, v_number.id, true, true, p_area_code);
  update orgline.phone_numbers
  set status = 'assigned', updated_at = now(), agent_id = p_agent_id,
    -- Its settings are those of the pool; an organization may have chosen how its calls are answered.
    sync_due_at = case when p_agent_id is distinct from agent_id or exists (
      select from orgline.organizations o where o.id = p_organization_id and o.settings ? 'inbound_voice')
        then clock_timestamp() else sync_due_at end
  where id = v_number.id returning * into v_number;
  update orgline.organizations set default_phone_number_id = p_holding_id, updated_at = now()
  where id = p_organization_id and default_phone_number_id is null;
  perform private.resolve_notifications(array['sms_routing_failed'], v_number.phone_number, 'system');
  perform private.pool_changed();
  return v_number;
end
$$;

-- One more number for an organization: of the pool, or an order. The caller chooses the id, so that
-- a repeat finds what it brought. p_max and p_guard bind the organization's own admins, not operators. p_agent_id:
-- the agent it is for; null: the deployment's. synced: the number is outside as it is to be.
create function public.add_phone_number(
  p_id uuid, p_actor public.orgline_actor, p_organization_id uuid, p_country text, p_area_code text, p_region text,
  p_area_code_only boolean, p_max integer,
  p_agent_id text, p_guard jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_organization orgline.organizations;
  v_number orgline.phone_numbers;
begin
  perform private.administered_organization(p_actor, p_organization_id);
  perform private.lock_numbers_of(p_organization_id);
  -- One at a time for an organization, so that parallel ones cannot pass the limit together.
  perform private.lock_administered(p_actor, p_organization_id);
  if p_agent_id is not null and (private.visible_agent(p_actor, p_agent_id)).organization_id <> p_organization_id then
    raise exception 'agent_of_another' using errcode = 'OL070', detail = jsonb_build_object('agent_id', p_agent_id);
  end if;
  select p.* into v_number from orgline.phone_numbers p
  join orgline.organization_phone_numbers h on h.phone_number_id = p.id
  where h.id = p_id and h.organization_id = p_organization_id;
  if found then
    return jsonb_build_object('number', private.phone_number_view(v_number), 'synced', v_number.sync_due_at is null, 'order_id', null);
  end if;
  if not exists (select from orgline.number_orders n where n.id = p_id) then
    v_organization := private.organization_for_number(p_organization_id);
    if not private.may_do_all(p_actor) then
      perform private.guard_number(v_organization, p_max, p_guard);
    end if;
    perform private.audit(p_actor, 'add_phone_number', p_organization_id, p_id::text);
    v_number := private.take_pool_number(p_organization_id, p_country, p_area_code, p_region, p_area_code_only, p_id, p_agent_id);
    if v_number.id is not null then
      return jsonb_build_object('number', private.phone_number_view(v_number), 'synced', v_number.sync_due_at is null, 'order_id', null);
    end if;
  end if;
  return jsonb_build_object('number', null, 'synced', false, 'order_id', private.create_order(
    p_id, p_organization_id, case when private.may_do_all(p_actor) then 'admin' else 'organization' end, p_country, p_area_code,
      p_area_code_only, p_agent_id));
end
$$;

-- What the pool has, what that costs in a month (p_number_cost where a number's own price is not
-- known), and how many numbers organizations were given in 30 days: from it, or bought for them because
-- it had none. Those that it was not asked for, but an operator bought, cannot be told from the latter.
create function public.pool_status(p_number_cost bigint) returns jsonb
language sql stable security definer set search_path = '' as $$
  with pool as materialized (
    select p.status, p.country, p.region, p.area_code, p.monthly_cost,
      t.id is not null as ready,
      p.status in ('purchased', 'imported') as needs_import,
      p.status in ('purchased', 'imported', 'configured') as idle,
      coalesce((select max(h.ended_at) from orgline.organization_phone_numbers h where h.phone_number_id = p.id), p.created_at) as since
    from private.numbers_in_pool(array['purchasing', 'purchased', 'imported', 'configured', 'quarantined']) p
    left join private.takeable_numbers() t on t.id = p.id
  ), areas as (
    select jsonb_build_object(
      'area_code', area_code, 'country', country, 'region', region,
      'configured', count(*) filter (where ready), 'needs_import', count(*) filter (where needs_import)) as area
    from pool where idle
    group by country, region, area_code
    order by country, area_code
  )
  select jsonb_build_object(
    'counts', (select coalesce(jsonb_object_agg(c.status, c.numbers), '{}')
      from (select status, count(*) as numbers from pool group by status) c),
    'ready', count(*) filter (where ready),
    'needs_import', count(*) filter (where needs_import),
    'by_area_code', (select coalesce(jsonb_agg(area), '[]') from areas),
    'oldest_idle_since', min(since) filter (where idle),
    'monthly_cost', coalesce(sum(coalesce(monthly_cost, p_number_cost)) filter (where idle), 0)::bigint,
    'estimated', coalesce(bool_or(monthly_cost is null) filter (where idle), false),
    'given_last_30_days', (
      select count(*) from orgline.organization_phone_numbers h
      where h.assigned_at > now() - interval '30 days' and (h.from_pool or h.bought_for_holder)))
  from pool
$$;
