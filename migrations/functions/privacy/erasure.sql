-- Erasing a customer with all that is kept of it.

-- Removes a contact with all that is kept of it, here and then at the carriers (carrier-erasures.sql).
-- That it wants no more texts (opt_outs) stays: that is kept by number, and for its own sake. p_versions: see
-- refuse_stale.
create function public.delete_contact(
  p_actor public.orgline_actor, p_organization_id uuid, p_contact_id uuid, p_versions text[] default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_contact orgline.contacts;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  perform private.lock_contacts(p_organization_id);
  v_contact := private.contact_by_id(p_organization_id, p_contact_id);
  perform private.refuse_stale(p_versions, private.contact_view(v_contact));
  perform private.audit(p_actor, 'delete_contact', p_organization_id, v_contact.id::text, p_takes_away => true);
  return private.erase_contact(v_contact, null);
end
$$;

-- To be called under lock_contacts, for one that was not merged. p_erased_at: until when what that
-- customer did is erased, also where it is told later; what it did since is somebody new's; null: until
-- now. Answers how much that was, and which contact
-- (those that were merged into it, too) and customers, by ids and hashes alone.
create function private.erase_contact(p_contact orgline.contacts, p_erased_at timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_organization_id uuid := p_contact.organization_id;
  v_erased_at timestamptz;
  v_reported text[];
  v_ids text[];
  v_customers text[];
  v_each text;
  v_quoted text;
  v_later jsonb;
  v_messages integer;
  v_calls integer;
  v_events integer;
begin
  -- Those that were merged into it go with it; it is the last, as for whoever came by one of those.
  perform from orgline.contacts c where p_contact.id in (c.id, c.merged_into) order by c.id = p_contact.id, c.id for update;
  v_erased_at := coalesce(p_erased_at, clock_timestamp());
  v_later := private.spare_later(p_contact, p_erased_at);
  select array_agg(c.phone_number), array_agg(c.id::text), array_agg(private.erased_customer(v_organization_id, c.phone_number))
  into v_reported, v_ids, v_customers
  from orgline.contacts c where p_contact.id in (c.id, c.merged_into);
  perform private.remember_erased(v_organization_id, v_ids);
  perform private.remember_erased_customers(v_organization_id, v_customers, v_erased_at);
  -- What notifications say of messages on tape: where they are heard here, or what carriers call them.
  select v_reported || array_agg(said) into v_reported from orgline.calls l,
    unnest(array[private.recording_path(l), l.recording_url, substring(l.recording_url from '[^/]*$')]) said
  where l.organization_id = v_organization_id and l.contact_id = p_contact.id and l.recording_url is not null and said is not null;
  perform private.keep_counting(v_organization_id, p_contact.id);
  perform private.keep_answered(v_organization_id, p_contact.id);
  with gone as (
    delete from orgline.messages m where m.organization_id = v_organization_id and m.contact_id = p_contact.id returning m.*
  )
  select count(private.erase_message(v_organization_id, gone.id, gone.provider_message_id)) into v_messages from gone;
  perform private.erase_text_turns(v_organization_id, p_contact.id);
  perform private.keep_agent_costs(p_contact.id);
  with gone as (
    delete from orgline.calls l where l.organization_id = v_organization_id and l.contact_id = p_contact.id returning l.*
  )
  select count(private.erase_call(v_organization_id, gone.id, gone.conversation_id, gone.provider_call_id)) into v_calls from gone;
  -- One that is being tried at this moment waits for this to be over, and is dropped then.
  with gone as (
    delete from orgline.webhook_events w
    where w.id in (select k.id from orgline.webhook_events k where private.is_erased_event(k.event) for update skip locked)
    returning w.event
  )
  select count(private.drop_erased_event(gone.event)) into v_events from gone;
  -- That it is not to be called stays, for its own sake; why, in somebody's words, does not.
  update orgline.do_not_call d set reason = null
  where d.organization_id = v_organization_id and d.phone_number = any (v_reported) and d.reason is not null;
  -- Those of no organization tell operators of what could be given to none.
  foreach v_each in array v_reported loop
    v_quoted := trim(both '"' from to_jsonb(v_each)::text);
    update orgline.admin_notifications n
    set message = replace(n.message, v_each, '(erased)'), facts = replace(n.facts::text, v_quoted, '(erased)')::jsonb
    where (n.organization_id = v_organization_id or n.organization_id is null)
      and (strpos(n.message, v_each) > 0 or strpos(n.facts::text, v_quoted) > 0);
  end loop;
  perform private.erase_answers();
  -- The events that tell of it go with it (the trigger erase_events).
  delete from orgline.contacts where id = p_contact.id;
  perform private.give_to_somebody_new(v_organization_id, v_later);
  return jsonb_build_object('messages', v_messages, 'calls', v_calls, 'erased', jsonb_build_object(
    'organization_id', v_organization_id, 'contact_ids', v_ids, 'customers', v_customers, 'erased_at', v_erased_at));
end
$$;
