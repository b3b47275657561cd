-- Erasures that a restored database does not know of, done again.

-- Erases them again. p_erasures: each {organization_id, contact_ids, customers, erased_at}, as
-- erase_contact answered it then. A contact is one of them by its id; or by its customer, where it was
-- there before that moment, or did something before: whoever came back since is somebody new, with what
-- that one did. Nothing that these customers did
-- until then is taken in any more, also where a carrier tells it later. Again changes nothing. Answers
-- what was erased, and how many organizations are not known here, of whom there is nothing to erase.
create function public.reapply_erasures(p_actor public.orgline_actor, p_erasures jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_erasure record;
  v_contact orgline.contacts;
  v_erased jsonb := '[]';
  v_unknown integer := 0;
begin
  perform private.require_operator(p_actor);
  -- One organization after the other, in one order, so that two of these do not wait for each other.
  for v_erasure in
    select e.*, o.id is not null as is_known
    from jsonb_to_recordset(p_erasures) as e(organization_id uuid, contact_ids text[], customers text[], erased_at timestamptz)
    left join orgline.organizations o on o.id = e.organization_id
    order by e.organization_id, e.erased_at
  loop
    if not v_erasure.is_known then
      v_unknown := v_unknown + 1;
      continue;
    end if;
    perform private.lock_contacts(v_erasure.organization_id);
    perform private.remember_erased(v_erasure.organization_id, v_erasure.contact_ids);
    perform private.remember_erased_customers(v_erasure.organization_id, v_erasure.customers, v_erasure.erased_at);
    for v_contact in select * from private.contacts_to_erase_again(
      v_erasure.organization_id, v_erasure.contact_ids, v_erasure.customers, v_erasure.erased_at)
    loop
      v_erased := v_erased || jsonb_build_array(private.erase_contact(v_contact, v_erasure.erased_at));
    end loop;
  end loop;
  perform private.audit(p_actor, 'reapply_erasures', null, null,
    jsonb_build_object('erased', jsonb_array_length(v_erased)), p_is_done => true);
  return jsonb_build_object('erased', v_erased, 'unknown', v_unknown);
end
$$;

-- Those that are left of a merge; what was merged into one goes with it.
create function private.contacts_to_erase_again(
  p_organization_id uuid, p_contact_ids text[], p_customers text[], p_erased_at timestamptz
) returns setof orgline.contacts language sql stable set search_path = '' as $$
  select k.* from orgline.contacts k
  where k.organization_id = p_organization_id and k.id in (
    select coalesce(c.merged_into, c.id) from orgline.contacts c
    where c.organization_id = p_organization_id
      and (c.id::text = any (p_contact_ids)
        or private.was_there(c, p_erased_at) and private.erased_customer(c.organization_id, c.phone_number) = any (p_customers)))
  order by k.id
$$;

-- Whether the contact was there at that moment. One that the reader of a carrier's lists has made is
-- younger than what it did.
create function private.was_there(c orgline.contacts, p_at timestamptz) returns boolean
language sql stable set search_path = '' as $$
  select c.created_at <= p_at
    or exists (
      select from orgline.messages m
      where m.organization_id = c.organization_id and m.contact_id = coalesce(c.merged_into, c.id) and m.created_at <= p_at)
    or exists (
      select from orgline.calls l
      where l.organization_id = c.organization_id and l.contact_id = coalesce(c.merged_into, c.id) and l.created_at <= p_at)
$$;
