-- Numbers of an organization, and of all, for reading.

-- A number as the organization sees it that holds it.
create function private.holding_view(h orgline.organization_phone_numbers, p orgline.phone_numbers) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return private.phone_number_view(p) || jsonb_build_object(
    'id', h.id, 'phone_number_id', p.id, 'is_active', h.is_active, 'settings', h.settings,
    'assigned_at', h.assigned_at, 'created_at', h.created_at, 'updated_at', greatest(h.updated_at, p.updated_at));
end
$$;

-- The numbers an organization holds now, or can still take back; ids are those of its holdings, not of
-- the numbers.
create function public.list_organization_phone_numbers(
  p_actor public.orgline_actor, p_organization_id uuid, p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  perform private.visible_organization(p_actor, p_organization_id);
  return (
    with page as (
      select h, p from orgline.organization_phone_numbers h
      join orgline.phone_numbers p on p.id = h.phone_number_id
        and (h.ended_at is null or (p.status = 'quarantined' and h.ended_at = p.quarantined_at))
      where h.organization_id = p_organization_id and (h.created_at, h.id) < (v_after, v_after_id)
      order by h.created_at desc, h.id desc
      limit p_limit + 1
    )
    select private.page(coalesce(jsonb_agg(
      private.holding_view(page.h, page.p) order by (page.h).created_at desc, (page.h).id desc), '[]'), p_limit)
    from page);
end
$$;

-- A number as operators see it, with its holder.
create function private.held_number_view(p orgline.phone_numbers, p_organization_id uuid, p_is_active boolean) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select private.phone_number_view(p) || jsonb_build_object(
      'organization_id', p_organization_id, 'is_active', coalesce(p_is_active, false),
      'organization_name', (select o.name from orgline.organizations o where o.id = p_organization_id)));
end
$$;

-- One more than a page of all numbers.
create function private.phone_numbers_page(p_status text, p_limit integer, p_cursor text) returns setof orgline.phone_numbers
language plpgsql stable rows 50 set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return query
  select p.* from orgline.phone_numbers p
  where (p_status is null or p.status = p_status) and (p_cursor is null or (p.created_at, p.id) < (v_after, v_after_id))
  order by p.created_at desc, p.id desc
  limit p_limit + 1;
end
$$;

-- For operators: all numbers with their holders; the newest first.
create function public.list_phone_numbers(p_status text, p_limit integer, p_cursor text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.page(coalesce(jsonb_agg(
    private.held_number_view(p, h.organization_id, h.is_active) order by p.created_at desc, p.id desc), '[]'), p_limit)
  from private.phone_numbers_page(p_status, p_limit, p_cursor) p
  left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
$$;

-- For operators: the numbers that one organization holds; the newest first.
create function public.list_phone_numbers_of_organization(
  p_organization_id uuid, p_status text, p_limit integer, p_cursor text
) returns jsonb language sql stable security definer set search_path = '' as $$
  with held as materialized (
    select p, h.organization_id, h.is_active from orgline.organization_phone_numbers h
    join orgline.phone_numbers p on p.id = h.phone_number_id
    where h.organization_id = p_organization_id and h.ended_at is null
  ), page as (
    select held.* from held
    where (p_status is null or (held.p).status = p_status)
      and (p_cursor is null or ((held.p).created_at, (held.p).id) < (
        select private.cursor_moment(p_cursor), private.cursor_id(p_cursor)))
    order by (held.p).created_at desc, (held.p).id desc
    limit p_limit + 1
  )
  select private.page(coalesce(jsonb_agg(
    private.held_number_view(page.p, page.organization_id, page.is_active)
    order by (page.p).created_at desc, (page.p).id desc), '[]'), p_limit)
  from page
$$;
