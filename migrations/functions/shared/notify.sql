-- Opening, counting up, revising and resolving notifications. SQL says what is so (p_facts, by its `cause` where
-- the type has several); src/notifications/messages has the words. In facts a number of ours is `number` or in
-- `numbers`, a customer's is `customer`.

-- Opens a notification, or counts up the open one of the same type and subject.
create function private.notify(
  p_type text, p_subject text, p_facts jsonb, p_organization_id uuid default null, p_phone_number text default null,
  p_phone_numbers jsonb default null
) returns void language plpgsql set search_path = '' as $$
begin
  insert into orgline.admin_notifications as n (type, subject, facts, organization_id, phone_number, phone_numbers)
  values (p_type, p_subject, p_facts, p_organization_id, p_phone_number, p_phone_numbers)
  on conflict (type, subject) where status = 'pending' do update
    set occurrences = n.occurrences + 1, message = null, facts = excluded.facts, updated_at = now(),
        organization_id = excluded.organization_id, phone_number = excluded.phone_number, phone_numbers = excluded.phone_numbers;
end
$$;

-- Opens a notification of how something is, or brings the open one up to date: however often it is looked
-- at, it happened once.
create function private.notify_state(p_type text, p_subject text, p_facts jsonb, p_phone_numbers jsonb default null) returns void
language sql set search_path = '' as $$
  insert into orgline.admin_notifications as n (type, subject, facts, phone_numbers)
  values (p_type, p_subject, p_facts, p_phone_numbers)
  on conflict (type, subject) where status = 'pending' do update
    set message = null, facts = excluded.facts, phone_numbers = excluded.phone_numbers, updated_at = now()
    where (n.facts, n.phone_numbers) is distinct from (excluded.facts, excluded.phone_numbers)
$$;

-- Brings the open notification up to date, and opens none. Answers whether there is one.
create function private.revise_notification(p_type text, p_subject text, p_facts jsonb) returns boolean
language plpgsql set search_path = '' as $$
begin
  update orgline.admin_notifications set message = null, facts = p_facts, updated_at = now()
  where type = p_type and subject = p_subject and status = 'pending';
  return found;
end
$$;

create function private.resolve_notifications(p_types text[], p_subject text, p_by text) returns void
language plpgsql set search_path = '' as $$
begin
  update orgline.admin_notifications
  set status = 'resolved', resolved_at = now(), resolved_by = p_by, updated_at = now()
  where type = any (p_types) and subject = p_subject and status = 'pending';
end
$$;

-- Null: nobody's, so the pool's.
create function private.organization_name(p_organization_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (select o.name from orgline.organizations o where o.id = p_organization_id);
end
$$;

-- A finding, or a list of numbers, as facts name it: how many, and the first twenty. p_numbers: {phoneNumber,
-- organizationId} each.
create function private.numbers_as_facts(p_numbers jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'count', jsonb_array_length(p_numbers),
    'numbers', coalesce(jsonb_agg(jsonb_build_object(
      'number', each.item ->> 'phoneNumber',
      'organization', private.organization_name((each.item ->> 'organizationId')::uuid)) order by each.at), '[]'))
  from (
    select n.item, n.at from jsonb_array_elements(p_numbers) with ordinality n(item, at) where n.at <= 20) each
$$;
