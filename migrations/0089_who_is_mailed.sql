-- Who is mailed, and in which order: nobody whose address an organization has only claimed, and alerts before invitations.

-- The addresses of an organization's admins, as far as they are known: that of who signed it up by their token, any other
-- by the invite that was accepted there. The address of the organization itself is what somebody has typed.
create function private.admins_to_mail(p_organization_id uuid) returns setof text
language sql stable set search_path = '' as $$
  select m.email from orgline.organization_members m
  where m.organization_id = p_organization_id and m.role = 'admin' and m.email is not null
  order by m.created_at, m.user_id limit 20
$$;

-- An organization's own: to its admins. No more than p_most of one type within an hour, so that nobody can flood anybody.
create or replace function private.mail_organization(
  p_organization_id uuid, p_type text, p_event_id uuid, p_most integer
) returns void language plpgsql set search_path = '' as $$
begin
  if (select count(distinct m.event_id) from orgline.mails m
    where m.organization_id = p_organization_id and m.event_type = p_type and m.created_at > now() - interval '1 hour') >= p_most then
    return;
  end if;
  insert into orgline.mails (kind, organization_id, event_id, event_type, recipient)
  select 'organization', o.id, p_event_id, p_type, r.address
  from orgline.deployment d, orgline.organizations o, private.admins_to_mail(o.id) r(address)
  where 'organization' = any (d.mail_kinds) and o.id = p_organization_id and o.status = 'active'
    and coalesce((o.settings ->> 'alert_mails')::boolean, true);
end
$$;

-- Whoever is no admin any more, or has another address, is mailed nothing that still waits.
create function private.forget_mails_of_admin() returns trigger language plpgsql set search_path = '' as $$
begin
  delete from orgline.mails m
  where m.organization_id = old.organization_id and m.kind = 'organization' and m.recipient = old.email and m.sent_at is null;
  return null;
end
$$;
create trigger forget_mails_of_removed after delete on orgline.organization_members
  for each row when (old.role = 'admin' and old.email is not null) execute function private.forget_mails_of_admin();
create trigger forget_mails_of_demoted after update of role, email on orgline.organization_members
  for each row when (old.role = 'admin' and old.email is not null and (new.role <> 'admin' or new.email is distinct from old.email))
  execute function private.forget_mails_of_admin();

-- What waits of a suspended organization is sent to nobody, invitations neither.
create function private.forget_mails_of_suspended() returns trigger language plpgsql set search_path = '' as $$
begin
  delete from orgline.mails m where m.organization_id = new.id and m.sent_at is null;
  return null;
end
$$;
create trigger forget_mails after update of status on orgline.organizations
  for each row when (new.status = 'suspended' and old.status = 'active') execute function private.forget_mails_of_suspended();

revoke execute on function private.admins_to_mail(uuid), private.forget_mails_of_admin(), private.forget_mails_of_suspended()
  from public, anon, authenticated;

-- What waits already for an address that is no admin's.
delete from orgline.mails m
where m.kind = 'organization' and m.sent_at is null and m.recipient not in (select private.admins_to_mail(m.organization_id));

drop index orgline.mails_due;
create index mails_due on orgline.mails (due_at) where due_at is not null and kind <> 'invitation';
create index mails_due_invitations on orgline.mails (due_at) where due_at is not null and kind = 'invitation';

-- Mails are deleted with what they tell of, so those of invitations are counted apart.
alter table orgline.added_rows drop constraint added_rows_what_check;
alter table orgline.added_rows add constraint added_rows_what_check
  check (what in ('idempotency_keys', 'audit_log', 'audited_readings', 'invitation_mails'));
comment on column orgline.added_rows.owner is
  'of keys: theirs, also that of an organization, and the organization that an operator''s request is about; of the log: whose it is, '
  'and who acted; of invitations that are mailed: the organization, the hash of the address, and both together';
