-- Two customers that are the same person become one.

-- What two customers have in fields of their own: as many as one may be given (MOST_VALUES in src/http/schemas.ts), first
-- those of p_into.
create function private.joined_attributes(p_into jsonb, p_from jsonb) returns jsonb
language sql immutable set search_path = '' as $$
  select coalesce(jsonb_object_agg(a.key, a.value), '{}') from (
    select e.key, e.value from jsonb_each(p_from || p_into) e order by not p_into ? e.key, e.key limit 20) a
$$;

-- Everything of p_from belongs to p_contact_id from now on. What that one lacks (name, lead id, attributes as
-- far as there is room, a lead status that was set) it takes over; the rest stays readable as `merged`. Again changes nothing.
-- p_versions: see refuse_stale; of the one that stays.
create function public.merge_contacts(
  p_actor public.orgline_actor, p_organization_id uuid, p_contact_id uuid, p_from uuid, p_versions text[] default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_into orgline.contacts;
  v_from orgline.contacts;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  perform private.lock_contacts(p_organization_id);
  v_into := private.contact_by_id(p_organization_id, p_contact_id);
  v_from := private.contact_by_id(p_organization_id, p_from);
  perform private.refuse_stale(p_versions, private.contact_view(v_into));
  if v_into.id = v_from.id then
    return private.versioned(private.contact_view(v_into));
  end if;
  if v_from.id <> p_from then
    raise exception 'contact_merged_already' using errcode = 'OL092',
      detail = jsonb_build_object('contact_id', p_from, 'into', v_from.id);
  end if;
  perform from orgline.contacts c where c.id in (v_into.id, v_from.id) order by c.id for update;
  update orgline.messages set contact_id = v_into.id where organization_id = p_organization_id and contact_id = v_from.id;
  update orgline.calls set contact_id = v_into.id where organization_id = p_organization_id and contact_id = v_from.id;
  update orgline.text_turns set contact_id = v_into.id where organization_id = p_organization_id and contact_id = v_from.id;
  update orgline.text_conversations set contact_id = v_into.id where organization_id = p_organization_id and contact_id = v_from.id;
  update orgline.contacts set merged_into = v_into.id where merged_into = v_from.id;
  update orgline.contacts c set
    name = coalesce(c.name, f.name), lead_id = coalesce(c.lead_id, f.lead_id), lead_status = coalesce(c.lead_status, f.lead_status),
    attributes = private.joined_attributes(c.attributes, f.attributes),
    replies_paused_until = greatest(c.replies_paused_until, f.replies_paused_until),
    updated_at = now()
  from orgline.contacts f where f.id = v_from.id and c.id = v_into.id;
  update orgline.contacts set merged_into = v_into.id, lead_status = null, updated_at = now() where id = v_from.id;
  perform private.audit(p_actor, 'merge_contacts', p_organization_id, v_into.id::text, jsonb_build_object('from', v_from.id));
  return private.versioned(private.contact_view(private.contact_by_id(p_organization_id, v_into.id)));
end
$$;
