-- Opening, counting up and resolving notifications.

-- Opens a notification, or counts up the open one of the same type and subject.
create function private.notify(
  p_type text, p_subject text, p_message text, p_organization_id uuid default null, p_phone_number text default null
) returns void language sql set search_path = '' as $$
  insert into orgline.admin_notifications as n (type, subject, message, organization_id, phone_number)
  values (p_type, p_subject, p_message, p_organization_id, p_phone_number)
  on conflict (type, subject) where status = 'pending' do update
    set occurrences = n.occurrences + 1, message = excluded.message, updated_at = now(),
        organization_id = excluded.organization_id, phone_number = excluded.phone_number
$$;

-- Opens a notification of how something is, or brings the open one up to date: however often it is looked
-- at, it happened once.
create function private.notify_state(p_type text, p_subject text, p_message text) returns void
language sql set search_path = '' as $$
  insert into orgline.admin_notifications as n (type, subject, message) values (p_type, p_subject, p_message)
  on conflict (type, subject) where status = 'pending' do update set message = excluded.message, updated_at = now()
    where n.message <> excluded.message
$$;

create function private.resolve_notifications(p_types text[], p_subject text, p_by text) returns void
language sql set search_path = '' as $$
  update orgline.admin_notifications
  set status = 'resolved', resolved_at = now(), resolved_by = p_by, updated_at = now()
  where type = any (p_types) and subject = p_subject and status = 'pending'
$$;

create function private.order_for_whom(p_organization_id uuid) returns text
language sql stable set search_path = '' as $$
  select coalesce((select format('organization "%s"', o.name) from orgline.organizations o where o.id = p_organization_id), 'the pool')
$$;
