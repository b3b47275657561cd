-- Numbers for organizations that were there before.

-- What an organization has already. status: has_number; suspended (nothing is bought for it);
-- in_progress (an order is open, order_status and error tell what it waits for); or none.
create function private.provision_state(o orgline.organizations) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_order orgline.number_orders;
begin
  select p.* into v_number from orgline.organization_phone_numbers h
  join orgline.phone_numbers p on p.id = h.phone_number_id
  where h.organization_id = o.id and h.ended_at is null
  order by private.is_in_service(p.status) desc, h.created_at desc limit 1;
  select n.* into v_order from orgline.number_orders n
  where n.organization_id = o.id and private.is_open_order(n.status)
  order by n.created_at desc limit 1;
  return jsonb_build_object(
    'status', case
      when private.is_in_service(v_number.status) then 'has_number'
      when o.status <> 'active' then 'suspended'
      when v_order.id is not null then 'in_progress'
      when v_number.id is not null then 'has_number'
      else 'none' end,
    'phone_number', v_number.phone_number, 'order_id', v_order.id, 'order_status', v_order.status, 'error', v_order.last_error);
end
$$;

-- What each of the entries is about, and what its organization has; and of each country how many
-- numbers the pool can give away. An entry names an organization by its id, its slug, or both.
-- p_entries "all": the active organizations without a number and without an open order, the oldest
-- p_limit of them; `remaining` counts the others. Whoever has no default number is looked up, and nobody else.
create function public.plan_provision(p_entries jsonb, p_limit integer) returns jsonb
language sql stable security definer set search_path = '' as $$
  with lacking as materialized (
    select o.id, row_number() over (order by o.created_at, o.id)::integer - 1 as position from orgline.organizations o
    where p_entries = '"all"' and o.status = 'active' and o.default_phone_number_id is null
      and (select h.id from orgline.organization_phone_numbers h where h.organization_id = o.id and h.ended_at is null limit 1) is null
      and (
        select n.id from orgline.number_orders n
        where n.organization_id = o.id and private.is_open_order(n.status) limit 1) is null
  ), named as (
    select l.position, l.id from lacking l where l.position < p_limit
    union all
    select e.position, o.id
    from jsonb_to_recordset(case when jsonb_typeof(p_entries) = 'array' then p_entries else '[]' end)
      as e(position integer, organization_id uuid, slug text)
    join orgline.organizations o
      on o.id = coalesce(e.organization_id, (select s.id from orgline.organizations s where s.slug = e.slug))
      and (e.slug is null or o.slug = e.slug)
  )
  select jsonb_build_object(
    'rows', (
      select coalesce(jsonb_agg(private.provision_state(o) || jsonb_build_object(
        'position', n.position, 'organization_id', o.id, 'slug', o.slug, 'name', o.name) order by n.position), '[]')
      from named n join orgline.organizations o on o.id = n.id),
    'remaining', (select greatest(count(*) - p_limit, 0) from lacking),
    'pool', (
      select coalesce(jsonb_object_agg(c.country, c.numbers), '{}')
      from (
        select p.country, count(*) as numbers from private.takeable_numbers() p group by p.country) c))
$$;

-- A number of the pool (status assigned), or an order for one (ordered), unless the organization has
-- a number or an open order; then what provision_state says. p_effect_id: the same for each repeat of one request. What that
-- gave before, and was taken away since, is not given anew.
create function public.provision_organization(
  p_actor public.orgline_actor, p_organization_id uuid, p_country text, p_area_code text, p_region text, p_effect_id uuid
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_state jsonb;
  v_number orgline.phone_numbers;
begin
  perform private.require_operator(p_actor);
  perform private.lock_numbers_of(p_organization_id);
  -- One at a time for an organization, so that the second one sees what the first one did.
  perform private.lock_organization(p_organization_id);
  v_state := private.provision_state(private.existing_organization(p_organization_id));
  if v_state ->> 'status' <> 'none' then
    return v_state;
  end if;
  if exists (
    select from orgline.audit_log a
    where a.organization_id = p_organization_id and a.created_at > now() - interval '24 hours'
      and a.action = 'provision_organization' and a.details ->> 'effect' = p_effect_id::text) then
    raise exception 'number_taken_away' using errcode = 'OL009', detail = jsonb_build_object('organization_id', p_organization_id);
  end if;
  perform private.audit(p_actor, 'provision_organization', p_organization_id, p_organization_id::text,
    jsonb_build_object('effect', p_effect_id), p_is_done => true);
  v_number := private.take_pool_number(p_organization_id, p_country, p_area_code, p_region, false);
  if v_number.id is not null then
    return v_state || jsonb_build_object('status', 'assigned', 'phone_number', v_number.phone_number);
  end if;
  return v_state || jsonb_build_object('status', 'ordered', 'order_status', 'running', 'order_id', private.create_order(
    gen_random_uuid(), p_organization_id, 'admin', p_country, p_area_code, false));
end
$$;
