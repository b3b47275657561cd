-- What other domains have to say to the queue of mails; migrations/functions/notifications/mails.sql works it off.

-- An invite to an address was made, or made anew: its mail, and none of the ones before, nor their links. Whether it is
-- on its way.
create function private.mail_invite(p_invite_id uuid, p_organization_id uuid, p_email text) returns boolean
language plpgsql set search_path = '' as $$
begin
  delete from orgline.invite_links where invite_id = p_invite_id;
  delete from orgline.mails where invite_id = p_invite_id;
  insert into orgline.mails (kind, organization_id, invite_id, recipient)
  select 'invitation', p_organization_id, p_invite_id, p_email
  from orgline.deployment d where p_email is not null and 'invitation' = any (d.mail_kinds);
  return found;
end
$$;

-- Mails that are over, or that nobody could send in time, some at once.
create function private.forget_mails(p_before timestamptz) returns void
language sql set search_path = '' as $$
  delete from orgline.mails
  where id in (select m.id from orgline.mails m where m.created_at < p_before order by m.created_at limit 10000 for update skip locked)
$$;
