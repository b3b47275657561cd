-- Organizations: signing up, reading and changing.

-- The organization with the number it shows to the world (its default, else the newest it holds)
-- and the newest order about that number; without a number the newest of all, which tells what it waits for.
create function private.organization_view(o orgline.organizations) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_held orgline.organization_phone_numbers;
begin
  select * into v_held from orgline.organization_phone_numbers h
  where h.organization_id = o.id and h.ended_at is null
  order by (h.id = o.default_phone_number_id) desc nulls last, h.created_at desc
  limit 1;
  return jsonb_build_object(
    'id', o.id, 'name', o.name, 'slug', o.slug, 'email', o.email, 'status', o.status,
    'settings', o.settings, 'default_phone_number_id', o.default_phone_number_id,
    'default_phone_number', (
      select p.phone_number from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id
      where h.id = o.default_phone_number_id and h.ended_at is null),
    'created_at', o.created_at, 'updated_at', o.updated_at,
    'phone', (
      select jsonb_build_object(
        'phone_number', p.phone_number, 'status', p.status, 'area_code', p.area_code,
        'verified', private.is_verified(p), 'trouble', private.trouble_of(p), 'requested_area_code', v_held.requested_area_code,
        'cause', (
          -- The first order is what brought it; later ones only import or verify it.
          select n.cause from orgline.number_orders n
          where n.phone_number_id = p.id and n.organization_id = o.id order by n.created_at limit 1))
      from orgline.phone_numbers p
      where p.id = v_held.phone_number_id),
    'order', (
      select jsonb_build_object(
        'id', n.id, 'step', n.step, 'status', n.status, 'area_code', n.area_code, 'last_error', n.last_error,
        'late', n.status = 'running' and n.next_run_at < clock_timestamp() - interval '1 minute',
        'at_purchase_limit', n.status = 'running' and n.last_error is not distinct from private.purchase_limit_error())
      from orgline.number_orders n
      where n.organization_id = o.id and (v_held.id is null or n.phone_number_id = v_held.phone_number_id)
      order by n.created_at desc
      limit 1));
end
$$;

-- One transaction: the organization, its first admin, and its number from the pool, or the order for
-- one where the pool has none that fits. p_region: of the area code. The caller
-- chooses the id: a repeat of the same request finds its organization, also when the first answer
-- was lost, as long as it may be seen. What a user signs up counts against p_max_per_user, p_max_per_hour and p_guard, and with
-- p_needs_approval is suspended, with an order that waits, until an operator resumes it.
create function public.sign_up_organization(
  p_id uuid, p_actor public.orgline_actor, p_name text, p_slug text, p_email text, p_max_per_user integer,
  p_provision boolean, p_country text, p_area_code text, p_region text, p_area_code_only boolean,
  p_needs_approval boolean, p_max_per_hour integer, p_guard jsonb, p_member_email text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_user_id uuid := case when not private.may_do_all(p_actor) then private.user_of(p_actor) end;
  v_waits boolean := v_user_id is not null and p_needs_approval;
  v_organization orgline.organizations;
  v_order_id uuid;
begin
  if exists (select from orgline.organizations o where o.id = p_id and o.slug = p_slug) then
    v_organization := private.visible_organization(p_actor, p_id);
    return jsonb_build_object('organization', private.organization_view(v_organization), 'order_id', (
      select n.id from orgline.number_orders n where n.organization_id = p_id and n.cause = 'signup'));
  end if;
  if v_user_id is not null then
    perform private.lock_sign_ups(v_user_id);
  end if;
  perform private.refuse_repeated_sign_up(p_actor, p_slug);
  if v_user_id is not null then
    if (select count(*) from orgline.organizations o where o.created_by = v_user_id) >= p_max_per_user then
      raise exception 'organizations_over_limit' using errcode = 'OL003', detail = jsonb_build_object('limit', p_max_per_user);
    end if;
    perform private.guard_sign_ups(p_max_per_hour);
  end if;
  insert into orgline.organizations (id, name, slug, email, created_by, status)
  values (p_id, p_name, p_slug, p_email, v_user_id, case when v_waits then 'suspended' else 'active' end)
  on conflict (slug) do nothing returning * into v_organization;
  if not found then
    raise exception 'slug_in_use' using errcode = 'OL002', detail = jsonb_build_object('slug', p_slug);
  end if;
  perform private.note_name_skeleton(v_organization);
  if v_user_id is not null then
    insert into orgline.organization_members (organization_id, user_id, role, email)
      values (v_organization.id, v_user_id, 'admin', p_member_email);
  end if;
  if v_user_id is not null and p_provision then
    perform private.guard_account(v_organization, (p_guard ->> 'number_cost')::bigint, p_guard);
  end if;
  if v_waits then
    perform private.notify('sign_up_waiting', p_id::text, jsonb_build_object(
      'organization_id', p_id, 'organization', p_name, 'email', p_email), p_id);
  end if;
  if p_provision and (v_waits
    or (private.take_pool_number(v_organization.id, p_country, p_area_code, p_region, p_area_code_only)).id is null) then
    v_order_id := private.create_order(gen_random_uuid(), v_organization.id, 'signup', p_country, p_area_code, p_area_code_only);
  end if;
  select * into v_organization from orgline.organizations o where o.id = p_id;
  perform private.audit(p_actor, 'sign_up_organization', p_id, p_id::text);
  return jsonb_build_object('organization', private.organization_view(v_organization), 'order_id', v_order_id);
end
$$;

-- Organizations that users sign up in an hour, all together; those of operators do not count.
create function private.guard_sign_ups(p_max_per_hour integer) returns void
language plpgsql set search_path = '' as $$
declare
  v_at timestamptz[];
begin
  perform private.lock_all_sign_ups();
  select array_agg(o.created_at) into v_at from orgline.organizations o
  where o.created_by is not null and o.created_at > now() - interval '1 hour';
  perform private.refuse_until(
    private.room_at(p_max_per_hour, 1, interval '1 hour', v_at, array_fill(1::bigint, array[coalesce(cardinality(v_at), 0)])),
    'OL052', 'sign_ups_in_an_hour', jsonb_build_object('count', coalesce(cardinality(v_at), 0)));
end
$$;

-- Whoever may see the organization of a slug is told its id, before any limit: a page that lost the answer
-- of its sign-up goes on with it.
create function private.refuse_repeated_sign_up(p_actor public.orgline_actor, p_slug text) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_id uuid;
begin
  select o.id into v_id from orgline.organizations o
  where o.slug = p_slug and (private.may_do_all(p_actor) or exists (
    select from orgline.organization_members m where m.organization_id = o.id and m.user_id = private.id_as(p_actor, 'user')));
  if found then
    raise exception 'signed_up_already' using errcode = 'OL005',
      detail = jsonb_build_object('slug', p_slug, 'organization_id', v_id);
  end if;
end
$$;

-- An organization that the caller may see.
create function public.get_organization(p_actor public.orgline_actor, p_organization_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.versioned(private.organization_view(private.visible_organization(p_actor, p_organization_id)))
$$;

-- p_changes holds only what is to change: name, status, settings (a null removes its key), and
-- default_phone_number. A status, or another way of answering calls (p_inbound_voice where none is
-- set), makes the organization's numbers due to be synced, and imported where that needs it. p_countries: of each number in
-- them to which callers are put through. p_versions: see refuse_stale.
create function public.change_organization(
  p_actor public.orgline_actor, p_organization_id uuid, p_changes jsonb, p_inbound_voice text, p_countries jsonb default '{}',
  p_versions text[] default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  -- As it was before anything is done here: its orders and numbers are part of what is shown.
  v_seen orgline.organizations := private.administered_organization(p_actor, p_organization_id);
  v_view jsonb := private.organization_view(v_seen);
  v_before orgline.organizations;
  v_after orgline.organizations;
  v_default_id uuid;
  v_changed jsonb;
begin
  -- Agents, orders and numbers first: whoever works on them locks them before their organization.
  if p_changes -> 'settings' ?| array['transfer_to', 'inbound_voice', 'text_replies', 'outbound_limits'] then
    perform private.lock_agents_of(p_organization_id);
  end if;
  if p_changes ? 'status' then
    perform private.wake_orders_of(p_organization_id);
  end if;
  if p_changes ? 'status' or p_changes -> 'settings' ? 'inbound_voice' then
    perform private.lock_numbers_of(p_organization_id);
    perform private.sync_numbers_of(p_organization_id);
  end if;
  if p_changes -> 'settings' ? 'messaging_service_sid' then
    perform private.register_numbers_of(p_organization_id);
  end if;
  perform private.lock_organization(p_organization_id);
  v_before := private.administered_organization(p_actor, p_organization_id);
  -- Whoever changed it before this had the lock has made it another one.
  perform private.refuse_stale(p_versions, case when v_seen is not distinct from v_before then v_view else '{}' end);
  v_default_id := v_before.default_phone_number_id;
  if p_changes ? 'default_phone_number' then
    select h.id into v_default_id from orgline.organization_phone_numbers h
    join orgline.phone_numbers p on p.id = h.phone_number_id
    where h.organization_id = p_organization_id and h.ended_at is null and h.is_active
      and private.is_in_service(p.status) and p.phone_number = p_changes ->> 'default_phone_number';
    if not found then
      raise exception 'default_number_not_active' using errcode = 'OL004',
        detail = jsonb_build_object('number', p_changes ->> 'default_phone_number');
    end if;
  end if;
  perform private.refuse_own_destinations(p_changes -> 'settings');
  perform private.refuse_transfer(p_organization_id, p_changes -> 'settings' ->> 'transfer_to');
  v_changed := private.names_changed(
    v_before.settings || jsonb_build_object('name', v_before.name, 'status', v_before.status, 'default_phone_number', (
      select p.phone_number from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id
      where h.id = v_before.default_phone_number_id)),
    coalesce(p_changes -> 'settings', '{}') || (p_changes - 'settings'));
  begin
    update orgline.organizations o set
      name = coalesce(p_changes ->> 'name', o.name),
      status = coalesce(p_changes ->> 'status', o.status),
      settings = jsonb_strip_nulls(o.settings || coalesce(p_changes -> 'settings', '{}')),
      default_phone_number_id = v_default_id,
      updated_at = case when v_changed = '[]' then o.updated_at else now() end
    where o.id = p_organization_id returning * into v_after;
  exception when unique_violation then
    raise exception 'messaging_service_of_another' using errcode = 'OL084',
      detail = jsonb_build_object('service', p_changes -> 'settings' ->> 'messaging_service_sid');
  end;
  if p_changes -> 'settings' ?| array['inbound_voice', 'business_hours', 'routing'] then
    perform private.require_routable(v_after);
  end if;
  if p_changes -> 'settings' ?| array['routing', 'transfer_to', 'fallback_forward_to', 'outbound_countries'] then
    v_after := private.note_destinations(p_organization_id, p_countries);
    perform private.require_own_destinations(v_after);
  end if;
  if v_after.status = 'active' and v_before.status <> 'active' then
    perform private.resolve_notifications(array['sign_up_waiting'], p_organization_id::text, 'system');
  end if;
  if v_after.name <> v_before.name then
    perform private.note_name_skeleton(v_after);
  end if;
  if p_changes -> 'settings' ?| array['transfer_to', 'inbound_voice'] then
    perform private.make_transfers_due(p_organization_id);
  end if;
  if p_changes -> 'settings' ?| array['text_replies', 'outbound_limits'] then
    perform private.make_replies_due(p_organization_id);
  end if;
  if p_changes -> 'settings' ? 'inbound_voice' then
    perform private.order_missing_imports(p_organization_id, p_inbound_voice);
  end if;
  perform private.audit_changed(p_actor, 'change_organization', p_organization_id, p_organization_id::text, v_changed,
    jsonb_build_object('status', case when v_after.status <> v_before.status then v_after.status end),
    p_takes_away => v_after.status = 'suspended' and v_before.status <> 'suspended');
  return private.versioned(private.organization_view(v_after));
end
$$;
