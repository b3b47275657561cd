-- A customer of one organization. One that was merged into another stands for that other one.

-- What a customer is seen as (0050_seen_as.sql), unless an organization decided otherwise. A row without an id is nobody
-- the organization knows.
create function private.lead_status(c orgline.contacts) returns text
language sql immutable as $$
  select coalesce(c.lead_status, c.seen_as, 'New Inquiry')
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
language plpgsql stable set search_path = '' as $$
begin
  return case when not private.is_of_deployment(p_phone_number) then p_phone_number end;
end
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

-- The contact of a number, made where there is none yet (is_new); null: the number is no customer's. It cannot be merged away or
-- erased before the end of the transaction; where that has just happened, it is looked for anew. One that was merged
-- away is not locked: it stays what it is as long as the one that is left does, and whoever erases
-- that one locks both.
create function private.upsert_contact(p_organization_id uuid, p_phone_number text, out contact_id uuid, out is_new boolean)
language plpgsql set search_path = '' as $$
begin
  is_new := false;
  -- Nearly always it is there.
  select c.id into contact_id from orgline.contacts c
  where c.organization_id = p_organization_id and c.phone_number = p_phone_number and c.merged_into is null
    and not private.is_of_deployment(p_phone_number)
  for key share;
  if found or private.customer_of(p_phone_number) is null then
    return;
  end if;
  loop
    insert into orgline.contacts as c (organization_id, phone_number) values (p_organization_id, p_phone_number)
    on conflict (organization_id, phone_number) do nothing returning c.id into contact_id;
    is_new := found;
    exit when found;
    select coalesce(c.merged_into, c.id) into contact_id from orgline.contacts c
    where c.organization_id = p_organization_id and c.phone_number = p_phone_number;
    perform from orgline.contacts c where c.id = contact_id and c.merged_into is null for key share;
    exit when found;
  end loop;
end
$$;

-- The contact of what is told of a call: as upsert_contact finds or makes it. is_erased: the call was
-- erased with its contact, maybe at this very moment; then there is none, and none is made.
create function private.contact_of_event(p_organization_id uuid, p_event jsonb, out contact_id uuid, out is_erased boolean)
language plpgsql set search_path = '' as $$
declare
  v_is_new boolean;
begin
  select u.contact_id, u.is_new into contact_id, v_is_new from private.upsert_contact(p_organization_id, p_event ->> 'customer') u;
  -- Only now, when the contact cannot be erased before the end of this.
  is_erased := private.is_erased_event(p_event);
  if is_erased then
    delete from orgline.contacts c where c.id = contact_id and v_is_new;
    contact_id := null;
  elsif v_is_new and (p_event ->> 'started_at')::timestamptz < now() - interval '10 minutes' then
    update orgline.events e set is_late = true where e.contact_id = contact_of_event.contact_id and e.type = 'contact.created';
  end if;
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

-- Whether agents answer texts of this customer (on), or a person does (paused).
create function private.replies_to(c orgline.contacts) returns text
language sql stable set search_path = '' as $$
  select case when c.replies_paused_until > now() then 'paused' else 'on' end
$$;

create function private.contact_view(c orgline.contacts) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'id', c.id, 'organization_id', c.organization_id, 'phone_number', c.phone_number, 'name', c.name, 'lead_id', c.lead_id,
      'attributes', c.attributes, 'lead_status', private.lead_status(c), 'lead_status_set', c.lead_status is not null,
      'replies', private.replies_to(c), 'replies_paused_until', case
        when c.replies_paused_until > now() and c.replies_paused_until < 'infinity' then c.replies_paused_until end,
      'merged', coalesce((
        select jsonb_agg(jsonb_build_object('id', m.id, 'phone_number', m.phone_number, 'name', m.name, 'lead_id', m.lead_id)
          order by m.created_at, m.id)
        from orgline.contacts m where m.merged_into = c.id), '[]'),
      'created_at', c.created_at, 'updated_at', c.updated_at));
end
$$;
