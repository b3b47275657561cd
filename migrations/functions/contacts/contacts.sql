-- Listing, making and changing the customers of an organization.

-- Customers by number, lead id or a part of the name, as far as they are given; for one that was merged into another,
-- that other one. Planned for the values it is given.
create function private.contacts_found(p_organization_id uuid, p_phone_number text, p_lead_id text, p_name text)
returns setof orgline.contacts language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
  select c.* from orgline.contacts c
  where c.organization_id = p_organization_id and c.id in (
    select coalesce(k.merged_into, k.id) from orgline.contacts k
    where k.organization_id = p_organization_id
      and (p_phone_number is null or k.phone_number = p_phone_number)
      and (p_lead_id is null or k.lead_id = p_lead_id)
      and (p_name is null or strpos(lower(k.name), lower(p_name)) > 0));
end
$$;

-- The newest first. Number, lead id and part of the name may also be those of one merged into it.
create function public.list_contacts(
  p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text, p_lead_id text, p_lead_status text, p_name text,
  p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
  v_page orgline.contacts[];
begin
  perform private.visible_organization(p_actor, p_organization_id);
  if coalesce(p_phone_number, p_lead_id, p_lead_status, p_name) is null then
    v_page := array(
      select c from orgline.contacts c
      where c.organization_id = p_organization_id and c.merged_into is null and (c.created_at, c.id) < (v_after, v_after_id)
      order by c.created_at desc, c.id desc limit p_limit + 1);
  elsif coalesce(p_phone_number, p_lead_id, p_name) is null then
    v_page := array(
      select c from orgline.contacts c
      where c.organization_id = p_organization_id and c.merged_into is null
        and coalesce(c.lead_status, c.seen_as) = p_lead_status and (c.created_at, c.id) < (v_after, v_after_id)
      order by c.created_at desc, c.id desc limit p_limit + 1);
  else
    v_page := array(
      select c from private.contacts_found(p_organization_id, p_phone_number, p_lead_id, p_name) c
      where (c.created_at, c.id) < (v_after, v_after_id)
        and (p_lead_status is null or private.lead_status(c) = p_lead_status)
      order by c.created_at desc, c.id desc limit p_limit + 1);
  end if;
  return (
    select private.page(coalesce(jsonb_agg(private.contact_view(c) order by c.created_at desc, c.id desc), '[]'), p_limit)
    from unnest(v_page) c);
end
$$;

-- An erasure is never refused, and each leaves keys for 30 days. So whoever erased this many customers of an organization
-- within a day adds no more to it by requests: a program that adds and erases in turn ends there.
create function private.require_few_erased(p_organization_id uuid, p_most integer default 10000) returns void
language plpgsql set search_path = '' as $$
begin
  if (
    select count(*) from (
      select from orgline.erased_keys e
      where e.organization_id = p_organization_id and length(e.key) = 64 and e.erased_at > now() - interval '24 hours'
      limit p_most) counted) >= p_most then
    raise exception 'contacts_erased_in_a_day' using errcode = 'OL096', detail = jsonb_build_object('limit', p_most);
  end if;
end
$$;

-- A repeat of the same request finds what it made, or what that was merged into.
create function public.create_contact(
  p_id uuid, p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text, p_name text, p_lead_id text, p_lead_status text,
  p_attributes jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_contact orgline.contacts;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  -- So that one that is there already is not merged away or erased between the two statements.
  perform private.lock_contacts(p_organization_id);
  perform private.refuse_erased(p_id);
  perform private.require_customer(p_phone_number);
  perform private.require_room('contacts', 100000, (
    select count(*) from (
      select from orgline.contacts c where c.organization_id = p_organization_id and c.phone_number <> p_phone_number limit 100000
    ) counted));
  perform private.require_few_erased(p_organization_id)
  where not exists (select from orgline.contacts c where c.organization_id = p_organization_id and c.phone_number = p_phone_number);
  insert into orgline.contacts (id, organization_id, phone_number, name, lead_id, lead_status, attributes)
  values (p_id, p_organization_id, p_phone_number, p_name, p_lead_id, p_lead_status, coalesce(p_attributes, '{}'))
  on conflict (organization_id, phone_number) do nothing returning * into v_contact;
  if not found then
    select * into v_contact from orgline.contacts c
    where c.organization_id = p_organization_id and c.phone_number = p_phone_number;
    if v_contact.id <> p_id then
      raise exception 'contact_there_already' using errcode = 'OL091',
        detail = jsonb_build_object('number', p_phone_number, 'contact_id', coalesce(v_contact.merged_into, v_contact.id));
    end if;
  else
    perform private.audit(p_actor, 'create_contact', p_organization_id, p_id::text);
  end if;
  return private.contact_view(private.contact_by_id(p_organization_id, v_contact.id));
end
$$;

-- One customer; who was merged into another is that other one.
create function public.get_contact(p_actor public.orgline_actor, p_organization_id uuid, p_contact_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.versioned(private.contact_view(private.visible_contact(p_actor, p_organization_id, p_contact_id)))
$$;

-- p_changes: name, lead_id, lead_status and attributes (all of them), as far as they change; null for none of it any
-- more; and replies, which lasts until it is changed again. p_versions: see refuse_stale.
create function public.change_contact(
  p_actor public.orgline_actor, p_organization_id uuid, p_contact_id uuid, p_changes jsonb, p_versions text[] default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_contact orgline.contacts;
  v_changed jsonb;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  -- So that it is not merged away between the two statements.
  perform private.lock_contacts(p_organization_id);
  v_contact := private.contact_by_id(p_organization_id, p_contact_id);
  perform private.refuse_stale(p_versions, private.contact_view(v_contact));
  -- None of them is no attribute.
  v_changed := private.names_changed(
    to_jsonb(v_contact) || jsonb_build_object('replies', private.replies_to(v_contact)),
    p_changes || case when p_changes -> 'attributes' = 'null' then '{"attributes": {}}' else '{}' end::jsonb);
  update orgline.contacts c set
    name = case when p_changes ? 'name' then p_changes ->> 'name' else c.name end,
    lead_id = case when p_changes ? 'lead_id' then p_changes ->> 'lead_id' else c.lead_id end,
    lead_status = case when p_changes ? 'lead_status' then p_changes ->> 'lead_status' else c.lead_status end,
    attributes = case when p_changes ? 'attributes' then coalesce(nullif(p_changes -> 'attributes', 'null'), '{}') else c.attributes end,
    replies_paused_until = case
      when p_changes ? 'replies' then case when p_changes ->> 'replies' = 'paused' then 'infinity'::timestamptz end
      else c.replies_paused_until end,
    updated_at = case when v_changed = '[]' then c.updated_at else now() end
  where c.id = v_contact.id returning * into v_contact;
  perform private.audit_changed(p_actor, 'change_contact', p_organization_id, v_contact.id::text, v_changed);
  return private.versioned(private.contact_view(v_contact));
end
$$;
