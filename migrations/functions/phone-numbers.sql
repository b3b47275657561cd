-- Whether we have the number, or are buying it.
create function private.is_ours(p_phone_number text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from public.phone_numbers p where p.phone_number = p_phone_number and p.status not in ('released', 'failed'));
end
$$;

create function private.phone_number_view(p public.phone_numbers) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', p.id, 'phone_number', p.phone_number, 'country', p.country, 'region', p.region, 'area_code', p.area_code,
    'provider', p.provider, 'twilio_phone_sid', p.twilio_phone_sid, 'elevenlabs_phone_id', p.elevenlabs_phone_id,
    'capabilities', p.capabilities, 'monthly_cost', p.monthly_cost, 'status', p.status, 'sms_status', p.sms_status,
    'agent_id', p.agent_id, 'last_traffic_at', p.last_traffic_at, 'release_at', p.release_at, 'created_at', p.created_at, 'updated_at', p.updated_at,
    'mark', private.number_mark(p))
    || coalesce((
      select jsonb_build_object('holder_status', o.status, 'inbound_voice', o.settings -> 'inbound_voice')
      from public.organization_phone_numbers h join public.organizations o on o.id = h.organization_id
      where h.phone_number_id = p.id and h.ended_at is null), '{"holder_status": null, "inbound_voice": null}');
end
$$;

-- The numbers an organization holds now, or can still take back; ids are those of its holdings, not of
-- the numbers.
create function public.list_organization_phone_numbers(
  p_user_id uuid, p_organization_id uuid, p_limit integer, p_cursor uuid
) returns jsonb language sql stable security definer set search_path = '' as $$
  with visible as materialized (
    select (private.visible_organization(p_user_id, p_organization_id)).id
  ), page as (
    select h, p from visible
    join public.organization_phone_numbers h on h.organization_id = visible.id
    join public.phone_numbers p on p.id = h.phone_number_id
      and (h.ended_at is null or (p.status = 'quarantined' and h.ended_at = p.quarantined_at))
    where p_cursor is null or (h.created_at, h.id) < (select c.created_at, c.id from public.organization_phone_numbers c where c.id = p_cursor)
    order by h.created_at desc, h.id desc
    limit p_limit + 1
  )
  select private.page(coalesce((
    select jsonb_agg(
      private.phone_number_view(page.p) || jsonb_build_object(
        'id', (page.h).id, 'phone_number_id', (page.p).id, 'is_active', (page.h).is_active,
        'assigned_at', (page.h).assigned_at, 'created_at', (page.h).created_at, 'updated_at', greatest((page.h).updated_at, (page.p).updated_at))
      order by (page.h).created_at desc, (page.h).id desc)
    from page), '[]'), p_limit)
  from visible
$$;

create function public.list_phone_numbers(p_status text, p_organization_id uuid, p_limit integer, p_cursor uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  with page as (
    select p, h.organization_id, h.is_active from public.phone_numbers p
    left join public.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    where (p_status is null or p.status = p_status)
      and (p_organization_id is null or h.organization_id = p_organization_id)
      and (p_cursor is null or (p.created_at, p.id) < (select c.created_at, c.id from public.phone_numbers c where c.id = p_cursor))
    order by p.created_at desc, p.id desc
    limit p_limit + 1
  )
  select private.page(coalesce(jsonb_agg(
    private.phone_number_view(page.p) || jsonb_build_object(
      'organization_id', page.organization_id, 'is_active', coalesce(page.is_active, false),
      'organization_name', (select o.name from public.organizations o where o.id = page.organization_id))
    order by (page.p).created_at desc, (page.p).id desc), '[]'), p_limit)
  from page
$$;

-- A person has imported the number by hand. Records the id and lets the order go on at settle.
-- p_lease_seconds: the caller runs the order at once, under the lease this hands out.
create function public.begin_activation(p_phone_number text, p_elevenlabs_phone_id text, p_lease_seconds integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number public.phone_numbers;
  v_order public.number_orders;
begin
  -- The order first, then the number: every step of the pipeline locks them in this sequence.
  select n.* into v_order from public.number_orders n
  join public.phone_numbers p on p.id = n.phone_number_id
  where p.phone_number = p_phone_number and p.status not in ('released', 'failed') and n.status in ('running', 'needs_person')
  order by n.created_at desc limit 1 for update of n;
  v_number := private.number_to_activate(p_phone_number, p_elevenlabs_phone_id);
  if v_number.status in ('configured', 'assigned') and v_number.elevenlabs_phone_id is not null then
    return jsonb_build_object('already_active', true, 'status', v_number.status);
  end if;
  if v_order.id is null then
    raise exception 'Phone number % has no open order to finish', p_phone_number using errcode = 'OL009';
  end if;
  if v_order.lease_until > clock_timestamp() then
    raise exception 'Phone number % is being set up at this moment: try again in a few seconds', p_phone_number using errcode = 'OL012';
  end if;
  update public.phone_numbers
  set elevenlabs_phone_id = p_elevenlabs_phone_id, updated_at = now(),
    settle_due_at = private.settle_due_beside(v_order, settle_due_at),
    status = case when status in ('configured', 'assigned') then status else 'imported' end
  where id = v_number.id;
  update public.number_orders set step = 'settle', status = 'running', attempts = 0, last_error = null, updated_at = now(),
    next_run_at = clock_timestamp(), lease_token = gen_random_uuid(), lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where id = v_order.id returning * into v_order;
  perform private.resolve_notifications(array['elevenlabs_import_required'], v_order.id::text, 'system');
  perform private.refresh_batch(v_order.batch_id);
  return jsonb_build_object('already_active', false, 'order', private.order_view(v_order));
end
$$;

-- The same questions, asked before ElevenLabs is (p_phone_number alone decides) and again when the
-- activation is recorded: may this number be activated with this id?
create function private.number_to_activate(p_phone_number text, p_elevenlabs_phone_id text) returns public.phone_numbers
language plpgsql set search_path = '' as $$
declare
  v_number public.phone_numbers;
begin
  select p.* into v_number from public.phone_numbers p
  where p.phone_number = p_phone_number and p.status not in ('released', 'failed');
  if not found then
    raise exception 'Phone number % is not one of ours', p_phone_number using errcode = 'OL004';
  end if;
  if v_number.status in ('configured', 'assigned') and v_number.elevenlabs_phone_id <> p_elevenlabs_phone_id then
    raise exception 'Phone number % is already active with another ElevenLabs id', p_phone_number using errcode = 'OL005';
  end if;
  if v_number.status in ('purchasing', 'quarantined') then
    raise exception 'Phone number % is %, so it cannot be activated now', p_phone_number, v_number.status using errcode = 'OL009';
  end if;
  if exists (select from public.phone_numbers p
    where p.elevenlabs_phone_id = p_elevenlabs_phone_id and p.id <> v_number.id and p.status not in ('released', 'failed')) then
    raise exception 'ElevenLabs id "%" belongs to another number', p_elevenlabs_phone_id using errcode = 'OL011';
  end if;
  return v_number;
end
$$;

create function public.check_activation(p_phone_number text, p_elevenlabs_phone_id text) returns jsonb
language sql security definer set search_path = '' as $$
  select jsonb_build_object(
    'status', n.status, 'already_active', n.status in ('configured', 'assigned') and n.elevenlabs_phone_id is not null)
  from private.number_to_activate(p_phone_number, p_elevenlabs_phone_id) n
$$;
