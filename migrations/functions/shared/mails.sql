-- What other domains have to say to the queue of mails; migrations/functions/notifications/mails.sql works it off.

-- Whether fewer than so many were counted (count_added) within the last day, by whole hours.
create function private.is_added_below(p_what text, p_owner text, p_most bigint) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(sum(a.rows), 0) < p_most from orgline.added_rows a
  where a.what = p_what and a.owner = p_owner and a.hour > now() - interval '25 hours'
$$;

-- An invite to an address was made, or made anew: its mail, and none of the ones before, nor their links. Whether it is
-- on its way. Anybody can have an organization and invite whom they like, so a day has 100 of one organization, and for one
-- address three of one organization and five of all; a suspended one mails nothing. The invite holds all the same: whoever
-- made it has its token. Counted as the last statement of its transaction (locks.sql).
create function private.mail_invite(p_invite_id uuid, p_organization_id uuid, p_email text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_what constant text := 'invitation_mails';
  v_address text := encode(sha256(convert_to(p_email, 'UTF8')), 'hex');
  v_of_both text := p_organization_id || ' ' || v_address;
begin
  delete from orgline.invite_links where invite_id = p_invite_id;
  delete from orgline.mails where invite_id = p_invite_id;
  insert into orgline.mails (kind, organization_id, invite_id, recipient)
  select 'invitation', o.id, p_invite_id, p_email
  from orgline.deployment d, orgline.organizations o
  where p_email is not null and 'invitation' = any (d.mail_kinds) and o.id = p_organization_id and o.status = 'active'
    and private.is_added_below(v_what, p_organization_id::text, 100)
    and private.is_added_below(v_what, v_of_both, 3) and private.is_added_below(v_what, v_address, 5);
  if not found then
    return false;
  end if;
  perform private.count_added(v_what, array[p_organization_id::text, v_of_both, v_address]);
  return true;
end
$$;

-- Mails that are over, or that nobody could send in time, some at once.
create function private.forget_mails(p_before timestamptz) returns void
language sql set search_path = '' as $$
  delete from orgline.mails
  where id in (select m.id from orgline.mails m where m.created_at < p_before order by m.created_at limit 10000 for update skip locked)
$$;
