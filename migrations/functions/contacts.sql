-- The customers of an organization. One that was merged into another stands for that other one,
-- wherever it is asked for.

-- New Inquiry: never seen; Active Lead: texts only; Returning Customer: a completed call; unless an
-- organization decided otherwise. A row without an id is nobody the organization knows.
create function private.lead_status(c public.contacts) returns text
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(c.lead_status, case
    when private.has_completed_call(c.organization_id, c.id) then 'Returning Customer'
    when exists (select from public.messages m where m.organization_id = c.organization_id and m.contact_id = c.id) then 'Active Lead'
    else 'New Inquiry' end);
end
$$;

create function private.has_completed_call(p_organization_id uuid, p_contact_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from public.calls l
    where l.organization_id = p_organization_id and l.contact_id = p_contact_id and l.status = 'completed');
end
$$;

-- The contact of a number, made where there is none yet. It cannot be merged away or erased before
-- the end of the transaction; where that has just happened, it is looked for anew. One that was merged
-- away is not locked: it stays what it is as long as the one that is left does, and whoever erases
-- that one locks both.
create function private.upsert_contact(p_organization_id uuid, p_phone_number text) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  if p_phone_number is null then
    return null;
  end if;
  loop
    insert into public.contacts (organization_id, phone_number) values (p_organization_id, p_phone_number)
    on conflict (organization_id, phone_number) do nothing returning id into v_id;
    exit when found;
    select coalesce(c.merged_into, c.id) into v_id from public.contacts c
    where c.organization_id = p_organization_id and c.phone_number = p_phone_number;
    perform from public.contacts c where c.id = v_id and c.merged_into is null for key share;
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
    raise exception 'This call was erased with its contact' using errcode = 'OL090';
  end if;
exception when sqlstate 'OL090' then
  -- A contact made just now is undone.
  contact_id := null;
end
$$;

-- The contact behind an id of the organization's, or an error.
create function private.contact_by_id(p_organization_id uuid, p_contact_id uuid) returns public.contacts
language plpgsql stable set search_path = '' as $$
declare
  v_contact public.contacts;
begin
  select c.* into v_contact from public.contacts k join public.contacts c on c.id = coalesce(k.merged_into, k.id)
  where k.organization_id = p_organization_id and k.id = p_contact_id;
  if not found then
    raise exception 'Contact % does not exist: the list of this organization''s contacts shows those that do', p_contact_id using errcode = 'OL090';
  end if;
  return v_contact;
end
$$;

create function private.visible_contact(p_user_id uuid, p_organization_id uuid, p_contact_id uuid) returns public.contacts
language plpgsql stable set search_path = '' as $$
begin
  perform private.visible_organization(p_user_id, p_organization_id);
  return private.contact_by_id(p_organization_id, p_contact_id);
end
$$;

create function private.contact_view(c public.contacts) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', c.id, 'organization_id', c.organization_id, 'phone_number', c.phone_number, 'name', c.name, 'lead_id', c.lead_id,
    'lead_status', private.lead_status(c), 'lead_status_set', c.lead_status is not null,
    'merged', coalesce((
      select jsonb_agg(jsonb_build_object('id', m.id, 'phone_number', m.phone_number, 'name', m.name, 'lead_id', m.lead_id)
        order by m.created_at, m.id)
      from public.contacts m where m.merged_into = c.id), '[]'),
    'created_at', c.created_at, 'updated_at', c.updated_at)
$$;

-- The newest first. Number, lead id and part of the name may also be those of one merged into it.
create function public.list_contacts(
  p_user_id uuid, p_organization_id uuid, p_phone_number text, p_lead_id text, p_lead_status text, p_name text,
  p_limit integer, p_cursor uuid
) returns jsonb language sql stable security definer set search_path = '' as $$
  with visible as materialized (
    select (private.visible_organization(p_user_id, p_organization_id)).id
  ), page as (
    select c from visible join public.contacts c on c.organization_id = visible.id
    where c.merged_into is null
      and (coalesce(p_phone_number, p_lead_id, p_name) is null or c.id in (
        select coalesce(k.merged_into, k.id) from public.contacts k
        where k.organization_id = p_organization_id
          and (p_phone_number is null or k.phone_number = p_phone_number)
          and (p_lead_id is null or k.lead_id = p_lead_id)
          and (p_name is null or strpos(lower(k.name), lower(p_name)) > 0)))
      and (p_lead_status is null or private.lead_status(c) = p_lead_status)
      and (p_cursor is null or (c.created_at, c.id) < (
        select k.created_at, k.id from public.contacts k where k.organization_id = p_organization_id and k.id = p_cursor))
    order by c.created_at desc, c.id desc
    limit p_limit + 1
  )
  select private.page(coalesce((
    select jsonb_agg(private.contact_view(page.c) order by (page.c).created_at desc, (page.c).id desc) from page), '[]'), p_limit)
  from visible
$$;

-- A repeat of the same request finds what it made, or what that was merged into.
create function public.create_contact(
  p_id uuid, p_user_id uuid, p_organization_id uuid, p_phone_number text, p_name text, p_lead_id text, p_lead_status text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_contact public.contacts;
begin
  perform private.visible_organization(p_user_id, p_organization_id);
  -- So that one that is there already is not merged away or erased between the two statements.
  perform private.lock_contacts(p_organization_id);
  perform private.refuse_erased(p_id);
  insert into public.contacts (id, organization_id, phone_number, name, lead_id, lead_status)
  values (p_id, p_organization_id, p_phone_number, p_name, p_lead_id, p_lead_status)
  on conflict (organization_id, phone_number) do nothing returning * into v_contact;
  if not found then
    select * into v_contact from public.contacts c
    where c.organization_id = p_organization_id and c.phone_number = p_phone_number;
    if v_contact.id <> p_id then
      raise exception '% is a contact of this organization already: %', p_phone_number, coalesce(v_contact.merged_into, v_contact.id)
        using errcode = 'OL091';
    end if;
  end if;
  return private.contact_view(private.contact_by_id(p_organization_id, v_contact.id));
end
$$;

create function public.get_contact(p_user_id uuid, p_organization_id uuid, p_contact_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.contact_view(private.visible_contact(p_user_id, p_organization_id, p_contact_id))
$$;

-- p_changes: name, lead_id and lead_status, as far as they change; null for none of it any more.
create function public.change_contact(p_user_id uuid, p_organization_id uuid, p_contact_id uuid, p_changes jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_contact public.contacts;
begin
  perform private.visible_organization(p_user_id, p_organization_id);
  -- So that it is not merged away between the two statements.
  perform private.lock_contacts(p_organization_id);
  v_contact := private.contact_by_id(p_organization_id, p_contact_id);
  update public.contacts c set
    name = case when p_changes ? 'name' then p_changes ->> 'name' else c.name end,
    lead_id = case when p_changes ? 'lead_id' then p_changes ->> 'lead_id' else c.lead_id end,
    lead_status = case when p_changes ? 'lead_status' then p_changes ->> 'lead_status' else c.lead_status end,
    updated_at = now()
  where c.id = v_contact.id returning * into v_contact;
  return private.contact_view(v_contact);
end
$$;
