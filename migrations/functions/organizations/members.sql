-- Who may act for an organization: members and invites.

create function private.member_view(m orgline.organization_members) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', m.user_id, 'user_id', m.user_id, 'email', m.email, 'role', m.role, 'status', 'active', 'created_at', m.created_at)
$$;

create function private.invite_view(i orgline.organization_invites) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', i.id, 'user_id', null, 'email', i.email, 'role', i.role, 'status', 'invited', 'created_at', i.created_at)
$$;

-- Who is a member of an organization, and who is invited.
create function public.list_members(p_actor public.orgline_actor, p_organization_id uuid, p_limit integer, p_cursor uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  with administered as materialized (
    select (private.administered_organization(p_actor, p_organization_id)).id
  ), everybody as (
    select m.user_id as id, m.created_at, private.member_view(m) as view
    from administered join orgline.organization_members m on m.organization_id = administered.id
    union all
    select i.id, i.created_at, private.invite_view(i)
    from administered join orgline.organization_invites i on i.organization_id = administered.id
  ), page as (
    select * from everybody e
    where p_cursor is null or (e.created_at, e.id) < (select c.created_at, c.id from everybody c where c.id = p_cursor)
    order by e.created_at desc, e.id desc
    limit p_limit + 1
  )
  select private.page(coalesce((select jsonb_agg(page.view order by page.created_at desc, page.id desc) from page), '[]'), p_limit)
  from administered
$$;

-- Makes a user a member, or an e-mail address (in lower case) an invited one; one of the two is null.
-- p_role null: member for a new one, unchanged for one who is there already.
create function public.set_member(
  p_actor public.orgline_actor, p_organization_id uuid, p_member_user_id uuid, p_email text, p_role text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_member orgline.organization_members;
  v_invite orgline.organization_invites;
begin
  perform private.lock_organization(p_organization_id);
  perform private.administered_organization(p_actor, p_organization_id);
  select * into v_member from orgline.organization_members m
  where m.organization_id = p_organization_id and (m.user_id = p_member_user_id or m.email = p_email);
  if found then
    if p_role <> 'admin' then
      perform private.keep_an_admin(v_member, 'made a member');
    end if;
    update orgline.organization_members set role = coalesce(p_role, role)
    where organization_id = p_organization_id and user_id = v_member.user_id returning * into v_member;
    perform private.audit(p_actor, 'set_member', p_organization_id, v_member.user_id::text, jsonb_build_object('role', v_member.role));
    return jsonb_build_object('created', false, 'member', private.member_view(v_member));
  end if;
  if p_member_user_id is not null then
    insert into orgline.organization_members (organization_id, user_id, role)
    values (p_organization_id, p_member_user_id, coalesce(p_role, 'member')) returning * into v_member;
    perform private.audit(p_actor, 'set_member', p_organization_id, p_member_user_id::text, jsonb_build_object('role', v_member.role));
    return jsonb_build_object('created', true, 'member', private.member_view(v_member));
  end if;
  -- Invited anew: also for one who was removed since the first time.
  update orgline.organization_invites set role = coalesce(p_role, role), created_at = clock_timestamp()
  where organization_id = p_organization_id and email = p_email returning * into v_invite;
  if found then
    perform private.audit(p_actor, 'set_member', p_organization_id, v_invite.id::text, jsonb_build_object('role', v_invite.role));
    return jsonb_build_object('created', false, 'member', private.invite_view(v_invite));
  end if;
  insert into orgline.organization_invites (organization_id, email, role, created_at)
  values (p_organization_id, p_email, coalesce(p_role, 'member'), clock_timestamp()) returning * into v_invite;
  perform private.audit(p_actor, 'set_member', p_organization_id, v_invite.id::text, jsonb_build_object('role', v_invite.role));
  return jsonb_build_object('created', true, 'member', private.invite_view(v_invite));
end
$$;

-- An organization without an admin could never be administered by its own people again.
create function private.keep_an_admin(m orgline.organization_members, p_change text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if m.role = 'admin' and not exists (
    select from orgline.organization_members o
    where o.organization_id = m.organization_id and o.role = 'admin' and o.user_id <> m.user_id) then
    raise exception 'User % is the only admin of this organization and cannot be %: make another one admin first', m.user_id, p_change
      using errcode = 'OL009';
  end if;
end
$$;

-- Takes a member or an invite away. A member's address may be unknown, and an invite to it open: that
-- the member was removed is remembered, and ends what is older.
create function public.remove_member(
  p_actor public.orgline_actor, p_organization_id uuid, p_member_user_id uuid, p_email text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_member orgline.organization_members;
  v_invite_id uuid;
begin
  perform private.lock_organization(p_organization_id);
  perform private.administered_organization(p_actor, p_organization_id);
  select * into v_member from orgline.organization_members m
  where m.organization_id = p_organization_id and (m.user_id = p_member_user_id or m.email = p_email);
  if found then
    perform private.keep_an_admin(v_member, 'removed');
    perform private.audit(p_actor, 'remove_member', p_organization_id, v_member.user_id::text);
    delete from orgline.organization_members where organization_id = p_organization_id and user_id = v_member.user_id;
    insert into orgline.organization_removals as r (organization_id, user_id, removed_at)
    values (p_organization_id, v_member.user_id, clock_timestamp())
    on conflict (organization_id, user_id) do update set removed_at = excluded.removed_at;
  else
    delete from orgline.organization_invites where organization_id = p_organization_id and email = p_email returning id into v_invite_id;
    if found then
      perform private.audit(p_actor, 'remove_member', p_organization_id, v_invite_id::text);
    else
      raise exception '% is neither a member of this organization nor invited: its members say who is',
        coalesce(p_email, p_member_user_id::text)
        using errcode = 'OL020';
    end if;
  end if;
  return jsonb_build_object('removed', true);
end
$$;

-- Somebody has signed in with an address that was invited: a member from now on, everywhere. Who is
-- one already may rise by it, never fall; who was removed after the invite stays out. The address is
-- theirs now, whichever member had it before. member_of: how many organizations they are a member of
-- by that address, because a request beside this one may have taken up the invite first.
create function public.take_up_invites(p_actor public.orgline_actor, p_email text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid := private.user_of(p_actor);
  v_organization_id uuid;
  v_invite orgline.organization_invites;
begin
  for v_organization_id in select i.organization_id from orgline.organization_invites i where i.email = p_email order by 1 loop
    perform private.lock_organization(v_organization_id);
    delete from orgline.organization_invites i
    where i.organization_id = v_organization_id and i.email = p_email returning * into v_invite;
    continue when not found or exists (
      select from orgline.organization_removals r
      where r.organization_id = v_organization_id and r.user_id = v_user_id and r.removed_at >= v_invite.created_at);
    update orgline.organization_members m set email = null
    where m.organization_id = v_organization_id and m.email = p_email and m.user_id <> v_user_id;
    insert into orgline.organization_members as m (organization_id, user_id, email, role)
    values (v_organization_id, v_user_id, p_email, v_invite.role)
    on conflict (organization_id, user_id) do update
      set email = excluded.email, role = case when excluded.role = 'admin' then excluded.role else m.role end;
  end loop;
  return jsonb_build_object('member_of', (
    select count(*) from orgline.organization_members m where m.user_id = v_user_id and m.email = p_email));
end
$$;
