-- A customer of one organization. One that was merged into another stands for that other one.

-- New Inquiry: never seen; Active Lead: texts only; Returning Customer: a completed call that a
-- person took; unless an
-- organization decided otherwise. A row without an id is nobody the organization knows.
create function private.lead_status(c orgline.contacts) returns text
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(c.lead_status, case
    when private.has_completed_call(c.organization_id, c.id) then 'Returning Customer'
    when exists (select from orgline.messages m where m.organization_id = c.organization_id and m.contact_id = c.id) then 'Active Lead'
    else 'New Inquiry' end);
end
$$;

create function private.has_completed_call(p_organization_id uuid, p_contact_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from orgline.calls l
    where l.organization_id = p_organization_id and l.contact_id = p_contact_id and l.status = 'completed'
      and coalesce(l.answered_by, 'person') = 'person');
end
$$;

-- The customer behind a number that passed its country's numbering plan (customerNumber in TypeScript):
-- that number, or null where it is one of ours, which are nobody's.
create function private.customer_of(p_phone_number text) returns text
language sql stable set search_path = '' as $$
  select p_phone_number where p_phone_number is not null and not private.is_of_deployment(p_phone_number)
$$;

-- For whoever enters a customer by the number.
create function private.require_customer(p_phone_number text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if private.customer_of(p_phone_number) is null then
    raise exception 'contact_with_own_number' using errcode = 'OL094', detail = jsonb_build_object('number', p_phone_number);
  end if;
end
$$;

-- The contact of a number, made where there is none yet; null: the number is no customer's. It cannot be merged away or erased before
-- the end of the transaction; where that has just happened, it is looked for anew. One that was merged
-- away is not locked: it stays what it is as long as the one that is left does, and whoever erases
-- that one locks both.
create function private.upsert_contact(p_organization_id uuid, p_phone_number text) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  if private.customer_of(p_phone_number) is null then
    return null;
  end if;
  loop
    insert into orgline.contacts (organization_id, phone_number) values (p_organization_id, p_phone_number)
    on conflict (organization_id, phone_number) do nothing returning id into v_id;
    exit when found;
    select coalesce(c.merged_into, c.id) into v_id from orgline.contacts c
    where c.organization_id = p_organization_id and c.phone_number = p_phone_number;
    perform from orgline.contacts c where c.id = v_id and c.merged_into is null for key share;
    exit when found;
  end loop;
  return v_id;
end
$$;

-- The contact of what is told of a call: as upsert_contact finds or makes it. is_erased: the call was
-- erased with its contact, maybe at this very moment; then there is none, and none is made.
create function private.contact_of_event(p_organization_id uuid, p_event jsonb, out contact_id uuid, out is_erased boolean)
language plpgsql set search_path = '' as $$
begin
  contact_id := private.upsert_contact(p_organization_id, p_event ->> 'customer');
  -- Only now, when the contact cannot be erased before the end of this.
  is_erased := private.is_erased_event(p_event);
  if is_erased then
    raise exception 'call_erased' using errcode = 'OL090';
  end if;
exception when sqlstate 'OL090' then
  -- A contact made just now is undone.
  contact_id := null;
end
$$;

-- The contact behind an id of the organization's, or an error.
create function private.contact_by_id(p_organization_id uuid, p_contact_id uuid) returns orgline.contacts
language plpgsql stable set search_path = '' as $$
declare
  v_contact orgline.contacts;
begin
  select c.* into v_contact from orgline.contacts k join orgline.contacts c on c.id = coalesce(k.merged_into, k.id)
  where k.organization_id = p_organization_id and k.id = p_contact_id;
  if not found then
    raise exception 'contact_not_listed' using errcode = 'OL090', detail = jsonb_build_object('contact_id', p_contact_id);
  end if;
  return v_contact;
end
$$;

create function private.visible_contact(p_actor public.orgline_actor, p_organization_id uuid, p_contact_id uuid) returns orgline.contacts
language plpgsql stable set search_path = '' as $$
begin
  perform private.visible_organization(p_actor, p_organization_id);
  return private.contact_by_id(p_organization_id, p_contact_id);
end
$$;

create function private.contact_view(c orgline.contacts) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', c.id, 'organization_id', c.organization_id, 'phone_number', c.phone_number, 'name', c.name, 'lead_id', c.lead_id,
    'lead_status', private.lead_status(c), 'lead_status_set', c.lead_status is not null,
    'merged', coalesce((
      select jsonb_agg(jsonb_build_object('id', m.id, 'phone_number', m.phone_number, 'name', m.name, 'lead_id', m.lead_id)
        order by m.created_at, m.id)
      from orgline.contacts m where m.merged_into = c.id), '[]'),
    'created_at', c.created_at, 'updated_at', c.updated_at)
$$;
