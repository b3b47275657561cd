-- Giving a number up, and taking it back while its quarantine lasts.

-- What a caller is told, and what the syncing that follows needs.
create function private.quarantine_view(p orgline.phone_numbers) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', p.id, 'status', p.status, 'release_at', private.in_utc(p.release_at),
    'synced', p.sync_due_at is null and p.mark_doubt is null, 'left_alone', p.mark_doubt is not null,
    'order_id', (
      select n.id from orgline.number_orders n where n.phone_number_id = p.id and n.status = 'running' order by n.created_at desc limit 1))
$$;

-- A number that was given up: how far it is on its way out, or back.
create function public.get_quarantine(p_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.quarantine_view(p) from orgline.phone_numbers p where p.id = p_id
$$;

-- The number with its lock, for what follows; a number that was released shows its last time here.
create function private.lock_number(p_phone_number text) returns orgline.phone_numbers
language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  -- The orders first: every step of the pipeline locks them before their number.
  perform from orgline.number_orders n join orgline.phone_numbers p on p.id = n.phone_number_id
  where p.phone_number = p_phone_number and private.may_be_ours(p.status) and private.is_open_order(n.status)
  order by n.id for update of n;
  select p.* into v_number from orgline.phone_numbers p
  where p.phone_number = p_phone_number and private.may_be_ours(p.status) for update;
  if not found then
    select p.* into v_number from orgline.phone_numbers p
    where p.phone_number = p_phone_number and p.status = 'released' order by p.released_at desc limit 1;
  end if;
  return v_number;
end
$$;

create function private.refuse_foreign_number(p_phone_number text) returns void
language plpgsql set search_path = '' as $$
begin
  raise exception 'number_of_another' using errcode = 'OL004', detail = jsonb_build_object('number', p_phone_number);
end
$$;

create function private.refuse_unknown_number(p_phone_number text) returns void
language plpgsql set search_path = '' as $$
begin
  raise exception 'number_not_listed' using errcode = 'OL004', detail = jsonb_build_object('number', p_phone_number);
end
$$;

-- The holding that a number is in, or that its quarantine ended.
create function private.holding_to_answer_for(p orgline.phone_numbers) returns orgline.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
declare
  v_holding orgline.organization_phone_numbers;
begin
  select * into v_holding from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null;
  if v_holding.id is null then
    v_holding := private.quarantined_holding(p);
  end if;
  return v_holding;
end
$$;

-- What was in quarantine already, or is not in it and not in doubt, is not changed by giving it up, or
-- taking it back, again. What is refused after this is not written down either. A routing that does not come back with its
-- number is in the entry (routing_left_behind).
create function private.audit_quarantine(
  p_actor public.orgline_actor, p_action text, p_organization_id uuid, p orgline.phone_numbers
) returns void language plpgsql set search_path = '' as $$
begin
  if p_action like 'quarantine%' and p.status <> 'quarantined'
    or p_action like 'restore%' and (p.status = 'quarantined' or p.mark_doubt is not null) then
    perform private.audit(
      p_actor, p_action, p_organization_id, p.phone_number, jsonb_build_object('routing_left_behind', case
        when p_action like 'restore%' and p.status = 'quarantined' then private.routing_left_behind(p.id, p_organization_id) end),
      p_takes_away => p_action like 'quarantine%');
  end if;
end
$$;

-- Takes an organization's number from it, for p_quarantine_days. Doing so again changes nothing.
create function public.quarantine_phone_number(
  p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text, p_quarantine_days integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  perform private.administered_organization(p_actor, p_organization_id);
  v_number := private.lock_number(p_phone_number);
  if v_number.id is null or v_number.status = 'released'
    or (private.holding_to_answer_for(v_number)).organization_id is distinct from p_organization_id then
    perform private.refuse_foreign_number(p_phone_number);
  end if;
  perform private.audit_quarantine(p_actor, 'quarantine_phone_number', p_organization_id, v_number);
  return private.quarantine_locked_number(v_number, p_quarantine_days);
end
$$;

-- The same for an operator, who may take it from whoever has it, or out of the pool.
create function public.quarantine_any_phone_number(
  p_actor public.orgline_actor, p_phone_number text, p_quarantine_days integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  perform private.require_operator(p_actor);
  v_number := private.lock_number(p_phone_number);
  if v_number.id is null or v_number.status = 'released' then
    perform private.refuse_unknown_number(p_phone_number);
  end if;
  perform private.audit_quarantine(
    p_actor, 'quarantine_any_phone_number', (private.holding_to_answer_for(v_number)).organization_id, v_number);
  return private.quarantine_locked_number(v_number, p_quarantine_days);
end
$$;

create function private.quarantine_locked_number(p orgline.phone_numbers, p_quarantine_days integer) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_holding orgline.organization_phone_numbers;
begin
  if p.status = 'quarantined' then
    return private.quarantine_view(p);
  end if;
  if p.status = 'purchasing' then
    raise exception 'purchase_not_confirmed' using errcode = 'OL009', detail = jsonb_build_object('number', p.phone_number);
  end if;
  select * into v_holding from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null;
  if v_holding.id is not null then
    perform private.end_holding(v_holding);
  end if;
  perform private.cancel_orders_of(p);
  -- Where nobody held it, this quarantine has no other name.
  v_number := private.begin_quarantine(p, coalesce(v_holding.id, gen_random_uuid()), p_quarantine_days);
  -- What could not be synced before is asked for no more; what follows tells of itself.
  perform private.resolve_notifications(array['inactive_number', 'phone_setup_failed'], v_number.id::text, 'system');
  return private.quarantine_view(v_number);
end
$$;

-- Restores a quarantined number to the organization it was taken from. A number whose import or
-- settings were never verified gets an order for that.
create function public.restore_phone_number(
  p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  perform private.administered_organization(p_actor, p_organization_id);
  v_number := private.lock_number(p_phone_number);
  if (private.holding_to_answer_for(v_number)).organization_id is distinct from p_organization_id then
    -- Released, and since then another's: to its former holder it is still the number that is gone.
    select p.* into v_number from orgline.phone_numbers p
    where p.phone_number = p_phone_number and p.status = 'released'
      and (private.quarantined_holding(p)).organization_id = p_organization_id
    order by p.released_at desc limit 1;
  end if;
  if v_number.id is null then
    perform private.refuse_foreign_number(p_phone_number);
  end if;
  perform private.audit_quarantine(p_actor, 'restore_phone_number', p_organization_id, v_number);
  return private.restore_locked_number(v_number);
end
$$;

-- The same for an operator: back to whoever it was taken from, or to the pool.
create function public.restore_any_phone_number(p_actor public.orgline_actor, p_phone_number text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  perform private.require_operator(p_actor);
  v_number := private.lock_number(p_phone_number);
  if v_number.id is null then
    perform private.refuse_unknown_number(p_phone_number);
  end if;
  perform private.audit_quarantine(
    p_actor, 'restore_any_phone_number', (private.holding_to_answer_for(v_number)).organization_id, v_number);
  return private.restore_locked_number(v_number);
end
$$;

create function private.restore_locked_number(p orgline.phone_numbers) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_holding orgline.organization_phone_numbers := private.holding_to_answer_for(p);
begin
  perform private.refuse_restore(p);
  if p.status <> 'quarantined' and p.mark_doubt is null then
    return private.quarantine_view(p) || '{"was_in_use": true}';
  end if;
  if p.status <> 'quarantined' then
    return private.quarantine_view(private.end_mark_doubt(p));
  end if;
  if v_holding.id is not null then
    perform private.lock_numbers_of(v_holding.organization_id);
    perform private.lock_organization(v_holding.organization_id);
    perform private.organization_for_number(v_holding.organization_id);
  end if;
  v_number := private.leave_quarantine(p, v_holding.organization_id);
  -- A statement of its own: it is to see the order that was just made.
  return private.quarantine_view(v_number);
end
$$;

create function private.refuse_restore(p orgline.phone_numbers) returns void
language plpgsql set search_path = '' as $$
begin
  if p.status = 'released' then
    raise exception 'number_released' using errcode = 'OL009',
      detail = jsonb_build_object('number', p.phone_number, 'at', p.released_at);
  end if;
  -- One that Twilio shows to be something else is not being released any more.
  if p.releasing_at is not null and p.mark_doubt is null then
    raise exception 'number_being_released' using errcode = 'OL009',
      detail = jsonb_build_object('number', p.phone_number, 'since', p.releasing_at);
  end if;
  if p.status = 'purchasing' then
    raise exception 'number_not_quarantined' using errcode = 'OL009', detail = jsonb_build_object('number', p.phone_number);
  end if;
end
$$;
