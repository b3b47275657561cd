-- The numbers of organizations with the agents that answer them, for reading.

create function private.agent_phone_number_view(h orgline.organization_phone_numbers) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'id', h.id, 'organization_id', h.organization_id, 'phone_number', p.phone_number,
      'twilio_phone_sid', p.twilio_phone_sid, 'capabilities', p.capabilities, 'status', p.status,
      'verified', private.is_verified(p), 'assigned_at', h.assigned_at, 'created_at', h.created_at,
      'agent_id', coalesce(p.agent_id, (
        select n.agent_id from orgline.number_orders n where n.phone_number_id = p.id order by n.created_at desc limit 1)))
    from orgline.phone_numbers p where p.id = h.phone_number_id);
end
$$;

-- The numbers that these organizations hold or can still take back, with their agents. total counts all
-- pages.
create function private.agent_phone_numbers_page(p_organization_ids uuid[], p_limit integer, p_cursor text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return (
    with page as (
      select h from orgline.organization_phone_numbers h
      join orgline.phone_numbers p on p.id = h.phone_number_id
        and (h.ended_at is null or (p.status = 'quarantined' and h.ended_at = p.quarantined_at))
      where h.organization_id = any (p_organization_ids) and (h.created_at, h.id) < (v_after, v_after_id)
      order by h.created_at desc, h.id desc
      limit p_limit + 1
    )
    select jsonb_build_object('total', (
      select count(*) from orgline.organization_phone_numbers h
      join orgline.phone_numbers p on p.id = h.phone_number_id
        and (h.ended_at is null or (p.status = 'quarantined' and h.ended_at = p.quarantined_at))
      where h.organization_id = any (p_organization_ids)))
      || private.page(coalesce(jsonb_agg(
        private.agent_phone_number_view(page.h) order by (page.h).created_at desc, (page.h).id desc), '[]'), p_limit)
    from page);
end
$$;

-- The same of all organizations.
create function private.agent_phone_numbers_page_of_all(p_limit integer, p_cursor text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return (
    with page as (
      select h from orgline.organization_phone_numbers h
      join orgline.phone_numbers p on p.id = h.phone_number_id
        and (h.ended_at is null or (p.status = 'quarantined' and h.ended_at = p.quarantined_at))
      where (h.created_at, h.id) < (v_after, v_after_id)
      order by h.created_at desc, h.id desc
      limit p_limit + 1
    )
    select jsonb_build_object('total', (
      -- Counted by an index each: all of them are many.
      select count(*) from orgline.organization_phone_numbers h where h.ended_at is null) + (
      select count(*) from orgline.phone_numbers p
      join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at = p.quarantined_at
      where p.status = 'quarantined'))
      || private.page(coalesce(jsonb_agg(
        private.agent_phone_number_view(page.h) order by (page.h).created_at desc, (page.h).id desc), '[]'), p_limit)
    from page);
end
$$;

-- The numbers that an organization holds or can still take back, with their agents.
create function public.list_agent_phone_numbers(
  p_actor public.orgline_actor, p_organization_id uuid, p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.visible_organization(p_actor, p_organization_id);
  return private.agent_phone_numbers_page(array[p_organization_id], p_limit, p_cursor);
end
$$;

-- The same of all organizations that the caller may see.
create function public.list_visible_agent_phone_numbers(
  p_actor public.orgline_actor, p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  return case when private.may_do_all(p_actor) then private.agent_phone_numbers_page_of_all(p_limit, p_cursor)
    else private.agent_phone_numbers_page(array(select private.organizations_of(p_actor)), p_limit, p_cursor) end;
end
$$;
