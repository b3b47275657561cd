-- Merging and erasing contacts. Both lock the rows as nothing else does, so that a text or a call of
-- this moment either is there before, and goes along, or finds out where it belongs.

-- Two of these at once, in one organization, wait for each other: their rows have many orders.
create function private.lock_contacts(p_organization_id uuid) returns void
language sql set search_path = '' as $$
  select pg_advisory_xact_lock(hashtextextended(p_organization_id::text, 20))
$$;

-- Everything of p_from belongs to p_contact_id from now on. What that one lacks (name, lead id, a lead
-- status that was set) it takes over; the rest stays readable as `merged`. Again changes nothing.
create function public.merge_contacts(p_user_id uuid, p_organization_id uuid, p_contact_id uuid, p_from uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_into public.contacts;
  v_from public.contacts;
begin
  perform private.visible_organization(p_user_id, p_organization_id);
  perform private.lock_contacts(p_organization_id);
  v_into := private.contact_by_id(p_organization_id, p_contact_id);
  v_from := private.contact_by_id(p_organization_id, p_from);
  if v_into.id = v_from.id then
    return private.contact_view(v_into);
  end if;
  if v_from.id <> p_from then
    raise exception 'Contact % was merged into % already: merge that one', p_from, v_from.id using errcode = 'OL092';
  end if;
  perform from public.contacts c where c.id in (v_into.id, v_from.id) order by c.id for update;
  update public.messages set contact_id = v_into.id where organization_id = p_organization_id and contact_id = v_from.id;
  update public.calls set contact_id = v_into.id where organization_id = p_organization_id and contact_id = v_from.id;
  update public.contacts set merged_into = v_into.id where merged_into = v_from.id;
  update public.contacts c set
    name = coalesce(c.name, f.name), lead_id = coalesce(c.lead_id, f.lead_id), lead_status = coalesce(c.lead_status, f.lead_status),
    updated_at = now()
  from public.contacts f where f.id = v_from.id and c.id = v_into.id;
  update public.contacts set merged_into = v_into.id, lead_status = null, updated_at = now() where id = v_from.id;
  return private.contact_view(private.contact_by_id(p_organization_id, v_into.id));
end
$$;

-- Which customer of which organization, without telling either.
create function private.erased_customer(p_organization_id uuid, p_phone_number text) returns text
language sql immutable set search_path = '' as $$
  select encode(sha256(convert_to(p_organization_id::text || p_phone_number, 'UTF8')), 'hex')
$$;

-- Whether one of these ids, ours or a provider's, is of an erased contact, call or text.
create function private.is_erased(p_ids text[]) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from public.erased_keys e where e.key = any (p_ids));
end
$$;

-- For requests that are repeated under an id whose effect was erased: it must not happen again.
create function private.refuse_erased(p_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  if private.is_erased(array[p_id::text]) then
    raise exception 'What this request made, %, was erased with its contact: to do it again, send it under a new Idempotency-Key', p_id
      using errcode = 'OL090';
  end if;
end
$$;

-- Whether an event tells of an erased call: by its ids, or of one that the customer made before.
create function private.is_erased_event(p_event jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return private.is_erased(array[p_event ->> 'call_id', p_event ->> 'conversation_id', p_event ->> 'provider_call_id'])
    or exists (
      select from private.holding_of_event(p_event) h
      join public.erased_keys e on e.key = private.erased_customer(h.organization_id, p_event ->> 'customer')
      where e.erased_at >= (p_event ->> 'started_at')::timestamptz);
end
$$;

-- Removes a contact with all that is kept of it, here and then at the carriers (carrier-erasures.sql).
-- That it wants no more texts (opt_outs) stays: that is kept by number, and for its own sake.
create function public.delete_contact(p_user_id uuid, p_organization_id uuid, p_contact_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.visible_organization(p_user_id, p_organization_id);
  perform private.lock_contacts(p_organization_id);
  return private.erase_contact(private.contact_by_id(p_organization_id, p_contact_id), null);
end
$$;

-- To be called under lock_contacts, for one that was not merged. p_erased_at: until when what that
-- customer did is erased, also where it is told later; null: until now. Answers how much that was, and which contact
-- (those that were merged into it, too) and customers, by ids and hashes alone.
create function private.erase_contact(p_contact public.contacts, p_erased_at timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_organization_id uuid := p_contact.organization_id;
  v_erased_at timestamptz;
  v_told text[];
  v_ids text[];
  v_customers text[];
  v_each text;
  v_messages integer;
  v_calls integer;
  v_events integer;
begin
  -- Those that were merged into it go with it; it is the last, as for whoever came by one of those.
  perform from public.contacts c where p_contact.id in (c.id, c.merged_into) order by c.id = p_contact.id, c.id for update;
  v_erased_at := coalesce(p_erased_at, clock_timestamp());
  select array_agg(c.phone_number), array_agg(c.id::text), array_agg(private.erased_customer(v_organization_id, c.phone_number))
  into v_told, v_ids, v_customers
  from public.contacts c where p_contact.id in (c.id, c.merged_into);
  perform private.remember_erased(v_organization_id, v_ids);
  perform private.remember_erased_customers(v_organization_id, v_customers, v_erased_at);
  select v_told || array_agg(l.recording_url) into v_told from public.calls l
  where l.organization_id = v_organization_id and l.contact_id = p_contact.id and l.recording_url is not null;
  with gone as (
    delete from public.messages m where m.organization_id = v_organization_id and m.contact_id = p_contact.id returning m.*
  )
  select count(private.erase_message(v_organization_id, gone.id, gone.provider_message_id)) into v_messages from gone;
  perform private.keep_counting_dials(v_organization_id, p_contact.id);
  perform private.keep_agent_costs(v_organization_id, p_contact.id);
  with gone as (
    delete from public.calls l where l.organization_id = v_organization_id and l.contact_id = p_contact.id returning l.*
  )
  select count(private.erase_call(v_organization_id, gone.id, gone.conversation_id, gone.provider_call_id)) into v_calls from gone;
  -- One that is being tried at this moment waits for this to be over, and is dropped then.
  with gone as (
    delete from public.webhook_events w
    where w.id in (select k.id from public.webhook_events k where private.is_erased_event(k.event) for update skip locked)
    returning w.event
  )
  select count(private.drop_erased_event(gone.event)) into v_events from gone;
  foreach v_each in array v_told loop
    update public.admin_notifications n set message = replace(n.message, v_each, '(erased)')
    where n.organization_id = v_organization_id and strpos(n.message, v_each) > 0;
  end loop;
  perform private.erase_answers();
  delete from public.contacts where id = p_contact.id;
  return jsonb_build_object('messages', v_messages, 'calls', v_calls, 'erased', jsonb_build_object(
    'organization_id', v_organization_id, 'contact_ids', v_ids, 'customers', v_customers, 'erased_at', v_erased_at));
end
$$;

create function private.remember_erased(p_organization_id uuid, p_keys text[]) returns boolean
language sql set search_path = '' as $$
  insert into public.erased_keys (key, organization_id, erased_at)
  select distinct k, p_organization_id, clock_timestamp() from unnest(p_keys) k where k is not null
  on conflict (key) do update set erased_at = excluded.erased_at;
  select true
$$;

-- What these customers did until then is erased, also where it is told later. The latest counts.
create function private.remember_erased_customers(p_organization_id uuid, p_customers text[], p_erased_at timestamptz) returns boolean
language sql set search_path = '' as $$
  insert into public.erased_keys as k (key, organization_id, erased_at)
  select distinct c, p_organization_id, p_erased_at from unnest(p_customers) c
  on conflict (key) do update set erased_at = greatest(k.erased_at, excluded.erased_at);
  select true
$$;
