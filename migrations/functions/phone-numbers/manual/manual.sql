-- Entering numbers that were bought elsewhere, and giving waiting ones to organizations.

-- A number of our Twilio account that we did not buy. Its order begins at the import, or, with the
-- id of a manual import, at sync. The caller chooses the order's id, so that a repeat finds it.
-- p_bought_at: since when it is paid for, as Twilio says; null: it does not.
create function public.enter_phone_number(
  p_actor public.orgline_actor,
  p_order_id uuid, p_organization_id uuid, p_phone_number text, p_country text, p_region text, p_area_code text,
  p_capabilities jsonb, p_sms_status text, p_twilio_phone_sid text, p_elevenlabs_phone_id text, p_name_at_twilio text,
  p_bought_at timestamptz
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
    raise exception 'number_of_another_deployment' using errcode = 'OL032',
      detail = jsonb_build_object('number', p_phone_number, 'name', p_name_at_twilio, 'deployment', v_deployment);
  end if;
  if p_organization_id is not null then
    perform private.organization_for_number(p_organization_id);
  end if;
  insert into orgline.phone_numbers (
    phone_number, country, region, area_code, capabilities, sms_status, twilio_phone_sid, elevenlabs_phone_id, past_marks, status,
    bought_at)
  values (
    p_phone_number, p_country, p_region, p_area_code, p_capabilities, p_sms_status, p_twilio_phone_sid, p_elevenlabs_phone_id,
    private.marks_of_earlier_rows(p_phone_number), case when p_elevenlabs_phone_id is null then 'purchased' else 'imported' end,
    private.possible_purchase(p_bought_at, null))
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
  if p_elevenlabs_phone_id is not null then
    perform private.record_import(v_number_id, p_elevenlabs_phone_id, null);
  end if;
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
    raise exception 'number_entered_already' using errcode = 'OL030',
      detail = jsonb_build_object('number', p_phone_number, 'status', v_status);
  end if;
  raise exception 'import_id_in_use' using errcode = 'OL011',
    detail = jsonb_build_object('elevenlabs_phone_id', p_elevenlabs_phone_id);
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
    raise exception 'number_not_entered' using errcode = 'OL004', detail = jsonb_build_object('number', p_phone_number);
  end if;
  select o.* into v_holder from orgline.organization_phone_numbers h join orgline.organizations o on o.id = h.organization_id
  where h.phone_number_id = v_number.id and h.ended_at is null;
  if v_holder.id <> p_organization_id then
    raise exception 'number_held_by_another' using errcode = 'OL031',
      detail = jsonb_build_object('number', p_phone_number, 'organization', v_holder.name);
  end if;
  if v_holder.id = p_organization_id and private.is_in_service(v_number.status) then
    select n.* into v_order from orgline.number_orders n
    where n.phone_number_id = v_number.id and private.is_open_order(n.status) order by n.created_at desc limit 1;
    return jsonb_build_object('order', case when v_order.id is not null then private.order_view(v_order) end);
  end if;
  if v_number.status <> 'configured' then
    raise exception 'number_not_configured' using errcode = 'OL009',
      detail = jsonb_build_object('number', p_phone_number, 'status', v_number.status);
  end if;
  if v_number.ghost_since is not null then
    raise exception 'number_missing_at_carrier' using errcode = 'OL009', detail = jsonb_build_object('number', p_phone_number);
  end if;
  if v_number.mark_doubt is not null then
    raise exception 'number_marked_at_carrier' using errcode = 'OL009', detail = jsonb_build_object('number', p_phone_number);
  end if;
  if exists (select from orgline.number_orders n where n.phone_number_id = v_number.id and private.is_open_order(n.status)) then
    raise exception 'number_has_order' using errcode = 'OL009', detail = jsonb_build_object('number', p_phone_number);
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
