-- Entering numbers that were bought elsewhere, and giving waiting ones to organizations.

-- A number of our Twilio account that we did not buy. Its order begins at the import, or, with the
-- id of a manual import, at sync. The caller chooses the order's id, so that a repeat finds it.
create function public.enter_phone_number(
  p_actor public.orgline_actor,
  p_order_id uuid, p_organization_id uuid, p_phone_number text, p_country text, p_region text, p_area_code text,
  p_capabilities jsonb, p_sms_status text, p_twilio_phone_sid text, p_elevenlabs_phone_id text, p_name_at_twilio text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_deployment text := (select d.id from orgline.deployment d);
  v_order orgline.number_orders;
  v_number_id uuid;
begin
  perform private.require_operator(p_actor);
  select n.* into v_order from orgline.number_orders n
  join orgline.phone_numbers p on p.id = n.phone_number_id
  where n.id = p_order_id and n.cause = 'manual' and p.phone_number = p_phone_number;
  if found then
    return private.order_view(v_order);
  end if;
  if split_part(p_name_at_twilio, ':', 1) = 'orgline' and split_part(p_name_at_twilio, ':', 2) <> v_deployment then
    raise exception 'Phone number % is another deployment''s, as its name at Twilio says ("%"), and this one is "%": where '
      'that is not so any more, change the name in Twilio Console > Phone Numbers > Active numbers, then send this again',
      p_phone_number, p_name_at_twilio, v_deployment using errcode = 'OL032';
  end if;
  if p_organization_id is not null then
    perform private.organization_for_number(p_organization_id);
  end if;
  insert into orgline.phone_numbers (
    phone_number, country, region, area_code, capabilities, sms_status, twilio_phone_sid, elevenlabs_phone_id, past_marks, status)
  values (
    p_phone_number, p_country, p_region, p_area_code, p_capabilities, p_sms_status, p_twilio_phone_sid, p_elevenlabs_phone_id,
    private.marks_of_earlier_rows(p_phone_number), case when p_elevenlabs_phone_id is null then 'purchased' else 'imported' end)
  on conflict do nothing returning id into v_number_id;
  if v_number_id is null then
    perform private.refuse_entry(p_phone_number, p_elevenlabs_phone_id);
  end if;
  -- An order that once tried to buy this number must not take it back as its own.
  update orgline.number_order_attempts set outcome = 'taken' where phone_number = p_phone_number and outcome = 'abandoned';
  if p_organization_id is not null then
    insert into orgline.organization_phone_numbers (organization_id, phone_number_id) values (p_organization_id, v_number_id);
  end if;
  insert into orgline.number_orders (id, organization_id, cause, country, step, phone_number_id)
  values (p_order_id, p_organization_id, 'manual', p_country, case when p_elevenlabs_phone_id is null then 'import'
    else 'sync' end, v_number_id)
  returning * into v_order;
  perform private.audit(p_actor, 'enter_phone_number', p_organization_id, p_phone_number);
  return private.order_view(v_order);
end
$$;

create function private.refuse_entry(p_phone_number text, p_elevenlabs_phone_id text) returns void
language plpgsql set search_path = '' as $$
declare
  v_status text;
begin
  select p.status into v_status from orgline.phone_numbers p
  where p.phone_number = p_phone_number and private.may_be_ours(p.status);
  if found then
    raise exception 'Phone number % is here already, its status is %: %', p_phone_number, v_status, case v_status
      when 'configured' then format('POST /api/admin/phone-numbers/%s/assign gives it to an organization', p_phone_number)
      when 'quarantined' then format('POST /api/admin/phone-numbers/%s/restore takes it out of quarantine', p_phone_number)
      when 'purchased' then format('POST /api/admin/phone-numbers/%s/activate finishes it once it is imported to ElevenLabs',
        p_phone_number)
      else 'GET /api/admin/phone-numbers shows it' end
      using errcode = 'OL030';
  end if;
  raise exception 'ElevenLabs id "%" belongs to another number', p_elevenlabs_phone_id using errcode = 'OL011';
end
$$;

-- Gives a number that waits in the pool to an organization; it is live from the commit on. The order
-- has the outside world verified. For the organization that has it already: its open order, if any.
create function public.assign_phone_number(p_actor public.orgline_actor, p_phone_number text, p_organization_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_holder orgline.organizations;
  v_holding_id uuid;
  v_order orgline.number_orders;
begin
  perform private.require_operator(p_actor);
  perform private.existing_organization(p_organization_id);
  select p.* into v_number from orgline.phone_numbers p
  where p.phone_number = p_phone_number and private.may_be_ours(p.status) for update;
  if not found then
    raise exception 'Phone number % is not one of ours: POST /api/admin/phone-numbers enters one that was bought manually',
      p_phone_number using errcode = 'OL004';
  end if;
  select o.* into v_holder from orgline.organization_phone_numbers h join orgline.organizations o on o.id = h.organization_id
  where h.phone_number_id = v_number.id and h.ended_at is null;
  if v_holder.id <> p_organization_id then
    raise exception 'Phone number % is held by organization "%": choose one of GET '
      '/api/admin/phone-numbers?status=configured', p_phone_number, v_holder.name using errcode = 'OL031';
  end if;
  if v_holder.id = p_organization_id and v_number.status = 'assigned' then
    select n.* into v_order from orgline.number_orders n
    where n.phone_number_id = v_number.id and private.is_open_order(n.status) order by n.created_at desc limit 1;
    return jsonb_build_object('order', case when v_order.id is not null then private.order_view(v_order) end);
  end if;
  if v_number.status <> 'configured' then
    raise exception 'Phone number % cannot be assigned yet: %', p_phone_number,
      private.what_number_waits_for(v_number) using errcode = 'OL009';
  end if;
  if v_number.ghost_since is not null then
    raise exception 'Phone number % is missing at Twilio, or somebody else''s there, so it cannot be assigned: GET '
      '/api/admin/notifications?type=reconcile_findings says what to do', p_phone_number using errcode = 'OL009';
  end if;
  if v_number.mark_doubt is not null then
    raise exception 'Phone number % carries the mark of a quarantine at Twilio, so it cannot be assigned: GET '
      '/api/admin/notifications?type=reconcile_findings says what to do', p_phone_number using errcode = 'OL009';
  end if;
  if exists (select from orgline.number_orders n where n.phone_number_id = v_number.id and private.is_open_order(n.status)) then
    raise exception 'Phone number % cannot be assigned yet: an order works on it; GET /api/admin/orders shows how far it is',
      p_phone_number using errcode = 'OL009';
  end if;
  perform private.organization_for_number(p_organization_id);
  insert into orgline.organization_phone_numbers (organization_id, phone_number_id, is_active, from_pool)
  values (p_organization_id, v_number.id, true, true) returning id into v_holding_id;
  update orgline.phone_numbers set status = 'assigned', updated_at = now() where id = v_number.id;
  update orgline.organizations set default_phone_number_id = v_holding_id, updated_at = now()
  where id = p_organization_id and default_phone_number_id is null;
  insert into orgline.number_orders (organization_id, cause, country, step, phone_number_id)
  values (p_organization_id, 'manual', v_number.country, 'sync', v_number.id) returning * into v_order;
  perform private.pool_changed();
  perform private.audit(p_actor, 'assign_phone_number', p_organization_id, p_phone_number);
  return jsonb_build_object('order', private.order_view(v_order));
end
$$;

create function private.what_number_waits_for(p orgline.phone_numbers) returns text
language sql stable set search_path = '' as $$
  select case p.status
    when 'purchasing' then 'its purchase is not confirmed'
    when 'purchased' then format(
      'it waits for its import to ElevenLabs; when that is done manually, POST /api/admin/phone-numbers/%s/activate', p.phone_number)
    when 'imported' then 'it is imported and waits for its settings to be verified; GET /api/admin/orders shows how far it is'
    when 'quarantined' then format(
      'it is quarantined; POST /api/admin/phone-numbers/%s/restore releases it to where it came from', p.phone_number)
    else format('it is %s', p.status) end
$$;
