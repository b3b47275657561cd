-- Orders that import numbers which are live without.

-- A number that ElevenLabs is to answer and does not know, or not any more (p_elevenlabs_phone_id
-- null: it never did): imported, by an order. Until then this server answers it, and the id is kept:
-- that ElevenLabs does not know it may turn out to be wrong. held: it says so of too many.
create function public.order_import(p_actor public.orgline_actor, p_id uuid, p_elevenlabs_phone_id text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  perform private.require_operator(p_actor);
  select p.* into v_number from orgline.phone_numbers p
  where p.id = p_id and p.elevenlabs_phone_id is not distinct from p_elevenlabs_phone_id
    and p.status in ('imported', 'configured', 'assigned') and not private.has_open_order(p.id)
  for no key update of p;
  if not found then
    return jsonb_build_object('ordered', false, 'held', false);
  end if;
  if p_elevenlabs_phone_id is not null and private.would_miss_import(v_number.import_state)
    and not private.may_presume_lost('import', p_id) then
    return jsonb_build_object('ordered', false, 'held', true);
  end if;
  update orgline.phone_numbers p
  set import_state = case when p.elevenlabs_phone_id is not null then 'gone' end, updated_at = now()
  where p.id = p_id returning * into v_number;
  perform private.order_import_of(v_number);
  perform private.audit_numbers(p_actor, 'order_import', array[p_id]);
  if v_number.status = 'configured' then
    perform private.pool_changed();
  end if;
  return jsonb_build_object('ordered', true, 'held', false);
end
$$;

-- Whether calls would miss an import of this state: one that is of no use, and is not to be of use again, is to be
-- made anew by whoever deletes it, of however many numbers.
create function private.would_miss_import(p_state text) returns boolean
language sql immutable set search_path = '' as $$
  select (p_state in ('gone', 'unknown', 'refused')) is not true
$$;

-- The numbers of an organization that are live without an import, although ElevenLabs is to answer
-- them: an order for each imports it; until then this server answers.
create function private.order_missing_imports(p_organization_id uuid, p_default text) returns void
language sql set search_path = '' as $$
  select private.order_import_of(p) from orgline.phone_numbers p
  join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  where h.organization_id = p_organization_id and private.inbound_voice(p_organization_id, p_default) = 'elevenlabs'
    and private.is_in_service(p.status) and p.elevenlabs_phone_id is null
$$;

-- The order that imports a live number: the open one it has, else a new one.
create function private.order_import_of(p orgline.phone_numbers) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_order_id uuid;
begin
  select n.id into v_order_id from orgline.number_orders n
  where n.phone_number_id = p.id and private.is_open_order(n.status) order by n.created_at desc limit 1;
  if v_order_id is null then
    insert into orgline.number_orders (organization_id, cause, country, area_code, step, phone_number_id)
    values (
      (select h.organization_id from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null),
      'adopted', p.country,
      -- What was asked for stays known; nothing is searched for any more.
      (select n.area_code from orgline.number_orders n where n.phone_number_id = p.id order by n.created_at desc limit 1),
      'import', p.id) returning id into v_order_id;
  end if;
  return v_order_id;
end
$$;

-- The number an organization would call a customer from, if it is live without an import: the order that
-- imports it. Null: there is nothing to import. p_from, p_agent_id: as begin_outbound_call takes them.
create function public.order_import_for_calling(
  p_actor public.orgline_actor, p_organization_id uuid, p_to text, p_from text, p_agent_id text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_order_id uuid;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  -- Two calls at once must not order it twice.
  select p.* into v_number from orgline.phone_numbers p
  where p.id = (private.best_number(p_organization_id, 'call', p_to, p_from, p_agent_id, false)).phone_number_id for update;
  if private.is_in_service(v_number.status) and (v_number.elevenlabs_phone_id is null or v_number.import_state = 'gone') then
    if not exists (select from orgline.number_orders n where n.phone_number_id = v_number.id and private.is_open_order(n.status)) then
      perform private.audit(p_actor, 'order_import_for_calling', p_organization_id, v_number.phone_number, p_is_done => true);
    end if;
    v_order_id := private.order_import_of(v_number);
  end if;
  return jsonb_build_object('order_id', v_order_id);
end
$$;

create function private.has_open_order(p_phone_number_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from orgline.number_orders n where n.phone_number_id = p_phone_number_id and private.is_open_order(n.status))
$$;
