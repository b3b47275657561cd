-- Invites: made by an admin, accepted or declined by whoever is invited.

-- One more member, as far as an organization may have one.
create function private.require_room_for_member(p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.require_room('members', 1000, (
    select count(*) from (select from orgline.organization_members m where m.organization_id = p_organization_id limit 1000) counted));
end
$$;

-- Keeps the invite, or makes an open one anew, with another token. Also for one who was removed since.
create function private.invite(
  p_actor public.orgline_actor, p_organization_id uuid, p_member_user_id uuid, p_email text, p_role text, p_token_hash text
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_invite orgline.organization_invites;
  v_created boolean := false;
  v_is_mailed boolean;
begin
  update orgline.organization_invites
  set role = coalesce(p_role, role), token_hash = p_token_hash, created_at = clock_timestamp(),
    invited_by = private.id_as(p_actor, 'user')
  where organization_id = p_organization_id and (email = p_email or user_id = p_member_user_id) returning * into v_invite;
  if not found then
    perform private.require_room('open_invites', 500, (
      select count(*) from (select from orgline.organization_invites i where i.organization_id = p_organization_id limit 500) counted));
    insert into orgline.organization_invites (organization_id, user_id, email, role, token_hash, created_at, invited_by)
    values (p_organization_id, p_member_user_id, p_email, coalesce(p_role, 'member'), p_token_hash, clock_timestamp(),
      private.id_as(p_actor, 'user'))
    returning * into v_invite;
    v_created := true;
  end if;
  perform private.audit(p_actor, 'set_member', p_organization_id, v_invite.id::text, jsonb_build_object('role', v_invite.role));
  v_is_mailed := private.mail_invite(v_invite.id, p_organization_id, v_invite.email);
  return jsonb_build_object(
    'created', v_created, 'is_invited', true, 'is_mailed', v_is_mailed, 'member', private.invite_view(v_invite));
end
$$;

-- What an admin who is one no more has handed out: the open invites are withdrawn; the keys that still work are
-- named, and the endpoints, active or paused, at an address of theirs. Each invite is in the log, as one that is taken away by itself.
create function private.end_grants_of(
  p_actor public.orgline_actor, p_organization_id uuid, p_member_user_id uuid
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_invite orgline.organization_invites;
  v_invites orgline.organization_invites[] := '{}';
begin
  for v_invite in
    delete from orgline.organization_invites i
    where i.organization_id = p_organization_id and i.invited_by = p_member_user_id returning *
  loop
    perform private.audit(p_actor, 'remove_member', p_organization_id, v_invite.id::text, p_takes_away => true);
    v_invites := v_invites || v_invite;
  end loop;
  return jsonb_build_object(
    'withdrawn_invites', (
      select coalesce(jsonb_agg(private.invite_view(i) order by i.created_at, i.id), '[]') from unnest(v_invites) i),
    'keys', private.live_keys_of(p_organization_id, p_member_user_id),
    'endpoints', (
      select coalesce(jsonb_agg(private.endpoint_view(e) order by e.created_at, e.id), '[]')
      from private.endpoints_entered_by(p_organization_id, p_member_user_id) e));
end
$$;

-- The open invites of a user, and of the address that the user's token names (in lower case; null: none).
-- Whoever was removed after an invite, or made a member who was an admin, is not invited by it any more.
create function private.invites_of(p_member_user_id uuid, p_email text) returns setof orgline.organization_invites
language sql stable set search_path = '' as $$
  select i.* from orgline.organization_invites i
  where (i.user_id = p_member_user_id or i.email = p_email)
    and not exists (
      select from orgline.organization_removals r
      where r.organization_id = i.organization_id and r.user_id = p_member_user_id and r.removed_at >= i.created_at)
    and not exists (
      select from orgline.organization_members m
      where m.organization_id = i.organization_id and m.user_id = p_member_user_id and m.demoted_at >= i.created_at)
$$;

create function private.own_invite_view(i orgline.organization_invites) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', i.id, 'organization_id', i.organization_id, 'organization_name', o.name, 'role', i.role, 'email', i.email,
    'created_at', i.created_at)
  from orgline.organizations o where o.id = i.organization_id
$$;

-- The invites that a user can accept or decline; the newest first. Nobody else has any.
create function public.list_invites(p_actor public.orgline_actor, p_email text, p_limit integer, p_cursor text) returns jsonb
language sql stable security definer set search_path = '' as $$
  with own as materialized (
    select i from private.invites_of(private.id_as(p_actor, 'user'), p_email) i
  ), page as (
    select own.i from own
    where p_cursor is null or ((own.i).created_at, (own.i).id) < (
      select private.cursor_moment(p_cursor), private.cursor_id(p_cursor))
    order by (own.i).created_at desc, (own.i).id desc
    limit p_limit + 1
  )
  select private.page(coalesce((
    select jsonb_agg(private.own_invite_view(page.i) order by (page.i).created_at desc, (page.i).id desc) from page), '[]'), p_limit)
$$;

-- Takes the invite out, for one answer. That an address stands in a token proves no mailbox, so an invite
-- to an address takes the token that was sent there: the one that inviting answered, or one of a link that was mailed.
create function private.take_invite(
  p_actor public.orgline_actor, p_invite_id uuid, p_email text, p_token_hash text
) returns orgline.organization_invites language plpgsql set search_path = '' as $$
declare
  v_invite orgline.organization_invites;
  v_expires_at timestamptz;
begin
  select * into v_invite from private.invites_of(private.id_as(p_actor, 'user'), p_email) i where i.id = p_invite_id;
  if found then
    perform private.lock_organization(v_invite.organization_id);
    -- It may have been answered, taken back or made anew meanwhile.
    select * into v_invite from private.invites_of(private.id_as(p_actor, 'user'), p_email) i where i.id = p_invite_id;
  end if;
  if not found then
    raise exception 'invite_not_open' using errcode = 'OL021', detail = jsonb_build_object('invite_id', p_invite_id);
  end if;
  if v_invite.email is not null and v_invite.token_hash is distinct from p_token_hash then
    select l.expires_at into v_expires_at from orgline.invite_links l where l.token_hash = p_token_hash and l.invite_id = v_invite.id;
    if v_expires_at is null then
      raise exception 'invite_token_differs' using errcode = 'OL022', detail = jsonb_build_object('email', v_invite.email);
    elsif v_expires_at < now() then
      raise exception 'invite_link_expired' using errcode = 'OL022', detail = jsonb_build_object('at', v_expires_at);
    end if;
  end if;
  delete from orgline.organization_invites where id = p_invite_id;
  return v_invite;
end
$$;

-- The user is a member from now on; who is one already may rise by it, never fall. The address is theirs
-- now, whichever member had it before.
create function public.accept_invite(
  p_actor public.orgline_actor, p_invite_id uuid, p_email text, p_token_hash text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_invite orgline.organization_invites := private.take_invite(p_actor, p_invite_id, p_email, p_token_hash);
  v_member orgline.organization_members;
begin
  if not exists (select from orgline.organization_members m
    where m.organization_id = v_invite.organization_id and m.user_id = private.user_of(p_actor)) then
    perform private.require_room_for_member(v_invite.organization_id);
  end if;
  update orgline.organization_members m set email = null
  where m.organization_id = v_invite.organization_id and m.email = v_invite.email and m.user_id <> private.user_of(p_actor);
  insert into orgline.organization_members as m (organization_id, user_id, email, role)
  values (v_invite.organization_id, private.user_of(p_actor), v_invite.email, v_invite.role)
  on conflict (organization_id, user_id) do update
    set email = coalesce(excluded.email, m.email), role = case when excluded.role = 'admin' then excluded.role else m.role end
  returning * into v_member;
  perform private.audit(p_actor, 'accept_invite', v_invite.organization_id, v_invite.id::text,
    jsonb_build_object('role', v_member.role));
  return jsonb_build_object('organization_id', v_invite.organization_id, 'member', private.member_view(v_member));
end
$$;

-- The invite is gone; another one may come.
create function public.decline_invite(
  p_actor public.orgline_actor, p_invite_id uuid, p_email text, p_token_hash text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_invite orgline.organization_invites := private.take_invite(p_actor, p_invite_id, p_email, p_token_hash);
begin
  perform private.audit(p_actor, 'decline_invite', v_invite.organization_id, v_invite.id::text, p_takes_away => true);
  return jsonb_build_object('declined', true);
end
$$;
