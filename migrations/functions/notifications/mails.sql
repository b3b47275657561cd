-- Mail: which is next, and what came of it. migrations/0081_mails.sql has what writes it.

-- Which kinds the server that was just started sends. What waits of others goes: nobody would send it.
create function public.note_mail_kinds(p_kinds text[], p_public_url text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if private.is_current_deployment(p_public_url) then
    update orgline.deployment set mail_kinds = p_kinds where mail_kinds <> p_kinds;
    delete from orgline.mails m where m.due_at is not null and not m.kind = any (p_kinds);
  end if;
  return '{}';
end
$$;

-- What an invitation says; its link is written with it. Null where somebody is answering the invite at this moment: the
-- claim waits for no lock, and what is answered needs no mail.
create function private.invitation_of(p_invite_id uuid, p_token_hash text, p_expires_at timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_invite orgline.organization_invites;
begin
  if p_invite_id is null then
    return null;
  end if;
  select * into v_invite from orgline.organization_invites i where i.id = p_invite_id for key share skip locked;
  if not found then
    return null;
  end if;
  insert into orgline.invite_links (token_hash, invite_id, expires_at) values (p_token_hash, p_invite_id, p_expires_at);
  return jsonb_build_object(
    'invite_id', v_invite.id, 'organization', private.organization_name(v_invite.organization_id), 'role', v_invite.role,
    'expires_at', p_expires_at);
end
$$;

-- The next mail that is due: alerts, and what organizations are told, before invitations, of which somebody may make many.
-- It is leased until then: its due time, pushed away, is the lease. One of the day's takes all others
-- of its day along. p_token_hash: of the token that its link will have, if it is an invitation; p_link_days: how long
-- that is good for. A server that the numbers were not last pointed at sends nothing: where it is a copy, its original does.
create function public.claim_mail(p_lease_ms integer, p_public_url text, p_token_hash text, p_link_days integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_until timestamptz := v_now + make_interval(secs => p_lease_ms / 1000.0);
  v_mail orgline.mails;
  v_ids uuid[];
  v_invitation jsonb;
begin
  if not private.is_current_deployment(p_public_url) then
    return jsonb_build_object('claim', null);
  end if;
  update orgline.mails m set due_at = v_until, attempts = m.attempts + 1
  where m.id = coalesce(
    (select d.id from orgline.mails d
      where d.due_at <= v_now and d.kind <> 'invitation' order by d.due_at limit 1 for update skip locked),
    (select d.id from orgline.mails d
      where d.due_at <= v_now and d.kind = 'invitation' order by d.due_at limit 1 for update skip locked))
  returning * into v_mail;
  v_invitation := private.invitation_of(v_mail.invite_id, p_token_hash, v_now + make_interval(days => p_link_days));
  if v_mail.id is null or (v_mail.invite_id is not null and v_invitation is null) then
    return jsonb_build_object('claim', null);
  end if;
  v_ids := array[v_mail.id];
  if v_mail.is_daily then
    with others as (
      update orgline.mails m set due_at = v_until, attempts = m.attempts + 1
      where m.id in (
        select d.id from orgline.mails d
        where d.is_daily and d.kind <> 'invitation' and d.due_at <= v_now order by d.due_at limit 99 for update skip locked)
      returning m.id)
    select v_ids || coalesce(array_agg(o.id), '{}') into v_ids from others o;
  end if;
  return jsonb_build_object('claim', jsonb_build_object(
    'ids', v_ids, 'lease', v_until, 'attempts', v_mail.attempts, 'kind', v_mail.kind, 'is_daily', v_mail.is_daily,
    'recipient', v_mail.recipient, 'created_at', v_mail.created_at, 'invitation', v_invitation,
    'organization', private.organization_name(v_mail.organization_id),
    'notifications', (
      select coalesce(jsonb_agg(private.notification_view(n) order by n.created_at), '[]')
      from orgline.mails m join orgline.admin_notifications n on n.id = m.notification_id where m.id = any (v_ids)),
    'happened', case when v_mail.kind = 'organization' then jsonb_build_object(
      'type', v_mail.event_type, 'created_at', v_mail.created_at,
      'facts', coalesce(v_mail.facts, (select e.facts from orgline.events e where e.id = v_mail.event_id))) end));
end
$$;

-- They were sent. That holds also where the lease was overtaken, so the lease is not asked for. The server of mail works.
create function public.record_mail_sent(p_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.mails set sent_at = clock_timestamp(), due_at = null where id = any (p_ids) and sent_at is null;
  perform private.resolve_notifications(array['mail_not_sent'], 'server', 'system');
  return '{}';
end
$$;

-- They were not sent; p_delay_ms null: nor will they be, and a person is told. p_is_lasting: the server of mail, or this
-- deployment's way to it, has failed for so long that a person is told of that. However many addresses refuse what an
-- organization sends, it is one notification: whoever invites at random would fill the operators' list and their chat.
create function public.record_mail_failed(
  p_ids uuid[], p_lease timestamptz, p_delay_ms integer, p_is_lasting boolean, p_recipient text, p_error text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_kind text;
  v_since timestamptz;
  v_organization_id uuid;
begin
  with failed as (
    update orgline.mails set due_at = clock_timestamp() + make_interval(secs => p_delay_ms / 1000.0)
    where id = any (p_ids) and due_at = p_lease returning kind, created_at, organization_id)
  select min(f.kind), min(f.created_at), min(f.organization_id::text)::uuid into v_kind, v_since, v_organization_id from failed f;
  if v_kind is null then
    return jsonb_build_object('recorded', false);
  end if;
  if p_delay_ms is null then
    perform private.notify('mail_not_sent', coalesce(v_kind || ':' || v_organization_id, p_recipient), jsonb_build_object(
      'cause', 'refused', 'kind', v_kind, 'recipient', p_recipient, 'error', p_error), v_organization_id);
  elsif p_is_lasting then
    perform private.notify_state('mail_not_sent', 'server', jsonb_build_object('cause', 'waiting', 'since', v_since, 'error', p_error));
  end if;
  return jsonb_build_object('recorded', true);
end
$$;
