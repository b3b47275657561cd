-- Who may act for an organization: members and invites.

-- Who is a member of an organization, and who is invited.
create function public.list_members(p_actor public.orgline_actor, p_organization_id uuid, p_limit integer, p_cursor text) returns jsonb
language sql stable security definer set search_path = '' as $$
  with administered as materialized (
    select (private.administered_organization(p_actor, p_organization_id)).id
  ), everybody as materialized (
    select m.user_id as id, m.created_at, private.member_view(m) as view
    from administered join orgline.organization_members m on m.organization_id = administered.id
    union all
    select i.id, i.created_at, private.invite_view(i)
    from administered join orgline.organization_invites i on i.organization_id = administered.id
  ), page as (
    select * from everybody e
    where p_cursor is null or (e.created_at, e.id) < (select private.cursor_moment(p_cursor), private.cursor_id(p_cursor))
    order by e.created_at desc, e.id desc
    limit p_limit + 1
  )
  select private.page(coalesce((select jsonb_agg(page.view order by page.created_at desc, page.id desc) from page), '[]'), p_limit)
  from administered
$$;

-- Whether the address of an open invite is meant; then it means that invite, whoever asks.
create function private.has_open_invite(p_organization_id uuid, p_email text) returns boolean
language sql stable set search_path = '' as $$
  select exists (select from orgline.organization_invites i where i.organization_id = p_organization_id and i.email = p_email)
$$;

-- Invites a user or an e-mail address (in lower case). One of the two is null, unless the address is the own
-- one of the user: it means them where it is not invited. An operator makes a user a member at once.
-- p_role null: member for a new one, unchanged for one who is there already.
-- p_token_hash: of the token that accepting an invite to an address takes. is_invited: it was kept. ended:
-- see end_grants_of; null, where nobody lost the role admin.
create function public.set_member(
  p_actor public.orgline_actor, p_organization_id uuid, p_member_user_id uuid, p_email text, p_role text, p_token_hash text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_member orgline.organization_members;
  v_ended jsonb;
  v_invite_id uuid;
begin
  perform private.lock_administered(p_actor, p_organization_id);
  if private.has_open_invite(p_organization_id, p_email) then
    p_member_user_id := null;
  elsif p_member_user_id is not null then
    p_email := null;
  end if;
  select * into v_member from orgline.organization_members m
  where m.organization_id = p_organization_id and (m.user_id = p_member_user_id or m.email = p_email);
  if not found and not (p_member_user_id is not null and private.may_do_all(p_actor)) then
    return private.invite(p_actor, p_organization_id, p_member_user_id, p_email, p_role, p_token_hash);
  end if;
  if v_member.user_id is null then
    perform private.require_room_for_member(p_organization_id);
    insert into orgline.organization_members (organization_id, user_id, role)
    values (p_organization_id, p_member_user_id, coalesce(p_role, 'member')) returning * into v_member;
    delete from orgline.organization_invites where organization_id = p_organization_id and user_id = p_member_user_id
    returning id into v_invite_id;
    perform private.audit(p_actor, 'set_member', p_organization_id, p_member_user_id::text,
      jsonb_build_object('role', v_member.role, 'invite_id', v_invite_id));
    return jsonb_build_object('created', true, 'is_invited', false, 'member', private.member_view(v_member));
  end if;
  if p_role <> 'admin' then
    perform private.keep_an_admin(v_member, 'demoted');
  end if;
  if v_member.role <> p_role then
    update orgline.organization_members
    set role = p_role, demoted_at = case when p_role = 'member' then clock_timestamp() else demoted_at end
    where organization_id = p_organization_id and user_id = v_member.user_id returning * into v_member;
    if v_member.role = 'member' then
      v_ended := private.end_grants_of(p_actor, p_organization_id, v_member.user_id);
    end if;
    perform private.audit(p_actor, 'set_member', p_organization_id, v_member.user_id::text,
      jsonb_build_object('role', v_member.role), p_takes_away => v_member.role = 'member');
  end if;
  return jsonb_build_object('created', false, 'is_invited', false, 'member', private.member_view(v_member), 'ended', v_ended);
end
$$;

-- An organization without an admin could never be administered by its own people again.
create function private.keep_an_admin(m orgline.organization_members, p_change text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if m.role = 'admin' and not exists (
    select from orgline.organization_members o
    where o.organization_id = m.organization_id and o.role = 'admin' and o.user_id <> m.user_id) then
    raise exception 'only_admin' using errcode = 'OL009', detail = jsonb_build_object('user_id', m.user_id, 'change', p_change);
  end if;
end
$$;

-- Whether one of these names is that of the member who asks.
create function private.means_oneself(
  p_actor public.orgline_actor, p_organization_id uuid, p_member_user_id uuid, p_email text
) returns boolean language sql stable set search_path = '' as $$
  select exists (
    select from orgline.organization_members m
    where m.organization_id = p_organization_id and m.user_id = private.id_as(p_actor, 'user')
      and (m.user_id = p_member_user_id or m.email = p_email))
$$;

-- Takes a member or an invite away, named as in set_member; members may leave, but what belongs to the organization, as
-- keys and endpoints do, is ended by an admin alone, also where whoever leaves has made it. A member's address may be
-- unknown, and an invite to it open: that the member was removed is remembered, and ends what is older. Answers what end_grants_of
-- does, to whoever may see it: with p_revoke_keys no key of the member is left to name, and with p_pause_endpoints each
-- endpoint is paused.
create function public.remove_member(
  p_actor public.orgline_actor, p_organization_id uuid, p_member_user_id uuid, p_email text, p_revoke_keys boolean,
  p_pause_endpoints boolean
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_member orgline.organization_members;
  v_invite_id uuid;
  v_ended jsonb;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  if not private.means_oneself(p_actor, p_organization_id, p_member_user_id, p_email) then
    perform private.administered_organization(p_actor, p_organization_id);
  end if;
  perform private.lock_organization(p_organization_id);
  if private.has_open_invite(p_organization_id, p_email) then
    p_member_user_id := null;
  elsif p_member_user_id is not null then
    p_email := null;
  end if;
  -- Whoever leaves may name themselves either way.
  if not p_revoke_keys and not p_pause_endpoints
    and private.means_oneself(p_actor, p_organization_id, p_member_user_id, p_email) then
    perform private.visible_organization(p_actor, p_organization_id);
  else
    perform private.administered_organization(p_actor, p_organization_id);
  end if;
  select * into v_member from orgline.organization_members m
  where m.organization_id = p_organization_id and (m.user_id = p_member_user_id or m.email = p_email);
  if not found then
    delete from orgline.organization_invites
    where organization_id = p_organization_id and (email = p_email or user_id = p_member_user_id) returning id into v_invite_id;
    if not found then
      raise exception 'not_a_member' using errcode = 'OL020',
        detail = jsonb_build_object('member', coalesce(p_email, p_member_user_id::text));
    end if;
    perform private.audit(p_actor, 'remove_member', p_organization_id, v_invite_id::text, p_takes_away => true);
    return jsonb_build_object('withdrawn_invites', '[]'::jsonb, 'keys', '[]'::jsonb, 'endpoints', '[]'::jsonb);
  end if;
  perform private.keep_an_admin(v_member, 'removed');
  -- While whoever leaves may still do it.
  if p_pause_endpoints then
    perform public.change_webhook_endpoint(p_actor, p_organization_id, e.id, '{"status": "paused"}')
    from private.endpoints_entered_by(p_organization_id, v_member.user_id) e where e.status = 'active';
  end if;
  delete from orgline.organization_members where organization_id = p_organization_id and user_id = v_member.user_id;
  insert into orgline.organization_removals as r (organization_id, user_id, removed_at)
  values (p_organization_id, v_member.user_id, clock_timestamp())
  on conflict (organization_id, user_id) do update set removed_at = excluded.removed_at;
  perform private.audit(p_actor, 'remove_member', p_organization_id, v_member.user_id::text,
    jsonb_build_object('revoke_keys', p_revoke_keys, 'pause_endpoints', p_pause_endpoints), p_takes_away => true);
  if p_revoke_keys then
    perform private.end_keys(p_actor, p_organization_id, array(
      select k.id from orgline.api_keys k where k.organization_id = p_organization_id and k.created_by = v_member.user_id));
  end if;
  v_ended := private.end_grants_of(p_actor, p_organization_id, v_member.user_id);
  -- A plain member who leaves may list none of it, also where they were an admin once.
  return case when v_member.user_id = private.id_as(p_actor, 'user') and v_member.role = 'member'
    then '{"withdrawn_invites": [], "keys": [], "endpoints": []}' else v_ended end;
end
$$;
