-- Customers who must not be called: lists of organizations, and the one for everybody.

create function private.do_not_call_view(d orgline.do_not_call) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', d.id, 'phone_number', d.phone_number, 'reason', d.reason, 'created_by', d.created_by, 'created_at', d.created_at)
$$;

-- Refuses whoever may not read, or with p_changes not change, this list.
create function private.check_do_not_call(p_actor public.orgline_actor, p_organization_id uuid, p_changes boolean) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  if p_organization_id is not null and p_changes then
    perform private.administered_organization(p_actor, p_organization_id, 'calls:write');
  elsif p_organization_id is not null then
    perform private.visible_organization(p_actor, p_organization_id);
  elsif not private.may_do_all(p_actor) then
    raise exception 'The list for everybody is the operators''' using errcode = 'OL015';
  end if;
  return true;
end
$$;

-- The numbers that an organization, or without one this deployment, does not call; the newest first.
create function public.list_do_not_call(
  p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text, p_limit integer, p_cursor uuid
) returns jsonb language sql stable security definer set search_path = '' as $$
  with permitted as materialized (
    select private.check_do_not_call(p_actor, p_organization_id, false)
  ), page as (
    select d from permitted cross join orgline.do_not_call d
    where d.organization_id is not distinct from p_organization_id
      and (p_phone_number is null or d.phone_number = p_phone_number)
      and (p_cursor is null or (d.created_at, d.id) < (
        select c.created_at, c.id from orgline.do_not_call c
        where c.organization_id is not distinct from p_organization_id and c.id = p_cursor))
    order by d.created_at desc, d.id desc
    limit p_limit + 1
  )
  select private.page(coalesce((
    select jsonb_agg(private.do_not_call_view(page.d) order by (page.d).created_at desc, (page.d).id desc) from page), '[]'), p_limit)
  from permitted
$$;

-- A number that is there already stays as it is, but for a reason that is given.
create function public.add_do_not_call(
  p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text, p_reason text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_entered jsonb;
begin
  perform private.check_do_not_call(p_actor, p_organization_id, true);
  -- One statement, so that it is not taken off the list in between. A row that was there has an xmax.
  insert into orgline.do_not_call as d (organization_id, phone_number, reason, created_by)
  values (p_organization_id, p_phone_number, p_reason, private.id_of(p_actor))
  on conflict (organization_id, phone_number) do update set reason = coalesce(excluded.reason, d.reason)
  returning jsonb_build_object('created', d.xmax = 0, 'entry', private.do_not_call_view(d)) into v_entered;
  return v_entered;
end
$$;

-- removed: false for a number that was not there.
create function public.remove_do_not_call(p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.check_do_not_call(p_actor, p_organization_id, true);
  delete from orgline.do_not_call d
  where d.organization_id is not distinct from p_organization_id and d.phone_number = p_phone_number;
  return jsonb_build_object('removed', found);
end
$$;
