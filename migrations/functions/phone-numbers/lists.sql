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

-- The numbers that begin so, at most 1,000 in each state, found by the index phone_numbers_beginning.
create function private.phone_numbers_beginning(p_starts_with text, p_status text) returns setof orgline.phone_numbers
language plpgsql stable rows 50 set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
  select p.*
  from unnest(case when p_status is null then private.number_statuses() else array[p_status] end) s(status)
  cross join lateral (
    select e.* from orgline.phone_numbers e
    -- A colon follows the digits in the order of bytes.
    where e.status = s.status and e.phone_number collate "C" >= p_starts_with and e.phone_number collate "C" < p_starts_with || ':'
    order by e.phone_number collate "C"
    limit 1000) p;
end
$$;

-- One more than a page of the numbers that begin so; the newest first.
create function private.found_phone_numbers_page(p_starts_with text, p_status text, p_limit integer, p_cursor text)
returns setof orgline.phone_numbers language plpgsql stable rows 50 set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return query
  select p.* from private.phone_numbers_beginning(p_starts_with, p_status) p
  where p_cursor is null or (p.created_at, p.id) < (v_after, v_after_id)
  order by p.created_at desc, p.id desc
  limit p_limit + 1;
end
$$;

-- For operators: the numbers that begin so, with their holders; the newest first.
create function public.find_phone_numbers(p_starts_with text, p_status text, p_limit integer, p_cursor text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.page(coalesce(jsonb_agg(
    private.held_number_view(p, h.organization_id, h.is_active) order by p.created_at desc, p.id desc), '[]'), p_limit)
  from private.found_phone_numbers_page(p_starts_with, p_status, p_limit, p_cursor) p
  left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
$$;

-- Who held one purchase of a number, and from when to when; the newest 50, the newest first.
create function private.holders_of(p_phone_number_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'organization_id', h.organization_id, 'organization_name', o.name, 'is_active', h.is_active,
    'assigned_at', h.assigned_at, 'ended_at', h.ended_at) order by h.assigned_at desc, h.id desc), '[]')
  from (
    select * from orgline.organization_phone_numbers where phone_number_id = p_phone_number_id
    order by assigned_at desc, id desc limit 50) h
  join orgline.organizations o on o.id = h.organization_id
$$;

-- For operators: what became of a number, each time that it was bought: its states and its holders; the newest 20.
create function public.phone_number_history(p_phone_number text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return jsonb_build_object('numbers', (
    select coalesce(jsonb_agg(
      private.held_number_view(p, (
        select h.organization_id from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null
      ), (
        select h.is_active from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null
      )) || jsonb_build_object(
        'bought_at', p.bought_at, 'verified_at', p.verified_at, 'quarantined_at', p.quarantined_at,
        'released_at', p.released_at, 'holders', private.holders_of(p.id))
      order by p.created_at desc, p.id desc), '[]')
    from (
      select * from orgline.phone_numbers where phone_number = p_phone_number
      order by created_at desc, id desc limit 20) p));
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
