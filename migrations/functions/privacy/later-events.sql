-- What a customer did after it was erased, where the two are told in another order: it stays.

-- What the contact did after that moment (null: nothing) is nobody's for now: answered as {id, customer, at}.
create function private.spare_later(p_contact orgline.contacts, p_erased_at timestamptz) returns jsonb
language sql set search_path = '' as $$
  with texts as (
    update orgline.messages m set contact_id = null
    where m.organization_id = p_contact.organization_id and m.contact_id = p_contact.id and m.created_at > p_erased_at
    returning m.id, m.created_at as at,
      private.bare_address(case m.direction when 'inbound' then m.from_number else m.to_number end) as customer
  ), talks as (
    update orgline.calls l set contact_id = null
    where l.organization_id = p_contact.organization_id and l.contact_id = p_contact.id and l.created_at > p_erased_at
    returning l.id, l.created_at as at, case l.direction when 'inbound' then l.from_number else l.to_number end as customer
  ), events as (
    update orgline.events v set contact_id = null
    where v.contact_id in (select c.id from orgline.contacts c where p_contact.id in (c.id, c.merged_into))
      and v.facts ->> 'id' in (select t.id::text from texts t union all select t.id::text from talks t)
  )
  select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'at', e.at, 'customer', coalesce((
    select c.phone_number from orgline.contacts c
    where p_contact.id in (c.id, c.merged_into) and c.phone_number = e.customer), p_contact.phone_number))), '[]')
  from (select * from texts union all select * from talks) e
$$;

-- Whose that is from now on: a new contact's, there since it did the first of it.
create function private.give_to_somebody_new(p_organization_id uuid, p_later jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_customer record;
  v_contact_id uuid;
begin
  for v_customer in
    select l.customer, min(l.at) as since, array_agg(l.id) as ids
    from jsonb_to_recordset(p_later) as l(id uuid, customer text, at timestamptz)
    group by l.customer order by l.customer
  loop
    v_contact_id := (private.upsert_contact(p_organization_id, v_customer.customer)).contact_id;
    update orgline.contacts set created_at = least(created_at, v_customer.since) where id = v_contact_id;
    update orgline.messages set contact_id = v_contact_id where organization_id = p_organization_id and id = any (v_customer.ids);
    update orgline.calls set contact_id = v_contact_id where organization_id = p_organization_id and id = any (v_customer.ids);
    update orgline.events v set contact_id = v_contact_id, facts = v.facts || jsonb_build_object('contact_id', v_contact_id)
    where v.organization_id = p_organization_id and v.contact_id is null and v.facts ->> 'id' = any (v_customer.ids::text[]);
  end loop;
end
$$;
