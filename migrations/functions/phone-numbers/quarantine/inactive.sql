-- Numbers that nobody calls or texts.

-- Since when a held number is silent: its last traffic, or its assignment.
create function private.silent_since(p orgline.phone_numbers, h orgline.organization_phone_numbers) returns timestamptz
language plpgsql immutable set search_path = '' as $$
begin
  return greatest(p.last_traffic_at, h.assigned_at);
end
$$;

-- Tells of each number once, and takes it back when there was traffic again. Looks at so many that are held, in the order
-- of their ids, from after the cursor on. next_cursor: null after the last one.
create function public.report_inactive_numbers(p_days integer, p_limit integer, p_cursor uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_since timestamptz := now() - make_interval(days => p_days);
  v_after uuid := coalesce(p_cursor, '00000000-0000-0000-0000-000000000000');
  v_ids uuid[] := array(
    select p.id from orgline.phone_numbers p where p.id > v_after order by p.id limit p_limit);
  v_row record;
  v_reported integer := 0;
begin
  for v_row in
    update orgline.phone_numbers p set inactive_reported_at = null
    from orgline.organization_phone_numbers h
    where p.id = any (v_ids) and h.phone_number_id = p.id and h.ended_at is null
      and p.inactive_reported_at is not null and private.silent_since(p, h) >= v_since
    returning p.id
  loop
    perform private.resolve_notifications(array['inactive_number'], v_row.id::text, 'system');
  end loop;
  for v_row in
    update orgline.phone_numbers p set inactive_reported_at = now()
    from orgline.organization_phone_numbers h
    where p.id = any (v_ids) and h.phone_number_id = p.id and h.ended_at is null
      and private.is_in_service(p.status) and p.inactive_reported_at is null and private.silent_since(p, h) < v_since
    returning p.id, p.phone_number, h.organization_id, private.silent_since(p, h) as since
  loop
    perform private.notify('inactive_number', v_row.id::text, jsonb_build_object(
      'number', v_row.phone_number, 'organization', private.organization_name(v_row.organization_id), 'since', v_row.since),
      v_row.organization_id, v_row.phone_number);
    v_reported := v_reported + 1;
  end loop;
  return jsonb_build_object('reported', v_reported, 'next_cursor', v_ids[p_limit]);
end
$$;
