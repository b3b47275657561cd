-- The numbers of organizations with the agents that answer them, for reading.

-- The numbers that these organizations hold or can still take back, with their agents. total counts all
-- pages.
create function private.agent_phone_numbers_page(p_organization_ids uuid[], p_limit integer, p_cursor uuid) returns jsonb
language sql stable set search_path = '' as $$
  with numbers as (
    select h, p from orgline.organization_phone_numbers h
    join orgline.phone_numbers p on p.id = h.phone_number_id
      and (h.ended_at is null or (p.status = 'quarantined' and h.ended_at = p.quarantined_at))
    where h.organization_id = any (p_organization_ids)
  ), page as (
    select numbers.h, numbers.p from numbers
    where p_cursor is null or ((numbers.h).created_at, (numbers.h).id) < (
      select c.created_at, c.id from orgline.organization_phone_numbers c
      where c.id = p_cursor and c.organization_id = any (p_organization_ids))
    order by (numbers.h).created_at desc, (numbers.h).id desc
    limit p_limit + 1
  )
  select jsonb_build_object('total', (select count(*) from numbers)) || private.page(coalesce(jsonb_agg(jsonb_build_object(
    'id', (page.h).id, 'organization_id', (page.h).organization_id, 'phone_number', (page.p).phone_number,
    'twilio_phone_sid', (page.p).twilio_phone_sid, 'capabilities', (page.p).capabilities, 'status', (page.p).status,
    'verified', private.is_verified(page.p), 'assigned_at', (page.h).assigned_at,
    'agent_id', coalesce((page.p).agent_id, (
      select n.agent_id from orgline.number_orders n where n.phone_number_id = (page.p).id order by n.created_at desc limit 1)))
    order by (page.h).created_at desc, (page.h).id desc), '[]'), p_limit)
  from page
$$;

-- The numbers that an organization holds or can still take back, with their agents.
create function public.list_agent_phone_numbers(
  p_actor public.orgline_actor, p_organization_id uuid, p_limit integer, p_cursor uuid
) returns jsonb language sql stable security definer set search_path = '' as $$
  select private.agent_phone_numbers_page(
    array[(private.visible_organization(p_actor, p_organization_id)).id], p_limit, p_cursor)
$$;

-- The same of all organizations that the caller may see.
create function public.list_visible_agent_phone_numbers(
  p_actor public.orgline_actor, p_limit integer, p_cursor uuid
) returns jsonb language sql stable security definer set search_path = '' as $$
  select private.agent_phone_numbers_page(array(select private.organizations_of(p_actor)), p_limit, p_cursor)
$$;
