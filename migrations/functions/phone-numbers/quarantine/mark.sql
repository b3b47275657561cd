-- Numbers that are left alone, because the mark that Twilio shows is not the one that is known here.

-- Twilio shows p_shown (null: no mark) where something else is to be: nothing is changed there, nobody is
-- given the number, and a person is told. Only as the number was when that was judged, p_as_of. That is done
-- however many they are, because it harms nobody and ends by itself.
create function public.leave_number_alone(p_actor public.orgline_actor, p_id uuid, p_as_of timestamptz, p_shown text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_organization_id uuid;
begin
  perform private.require_operator(p_actor);
  update orgline.phone_numbers set mark_doubt = coalesce(p_shown, ''), sync_due_at = null, sync_attempts = 0
  where id = p_id and updated_at = p_as_of and private.is_owned(status)
  returning * into v_number;
  if v_number.id is null then
    return jsonb_build_object('left', false);
  end if;
  select h.organization_id into v_organization_id from orgline.organization_phone_numbers h
  where h.phone_number_id = p_id and (h.ended_at is null or (v_number.status = 'quarantined' and h.ended_at = v_number.quarantined_at));
  perform private.audit(p_actor, 'leave_number_alone', v_organization_id, v_number.phone_number, p_is_done => true);
  perform private.resolve_notifications(array['phone_setup_failed'], p_id::text, 'system');
  if v_number.status = 'configured' then
    perform private.pool_changed();
  end if;
  if private.are_many_in_doubt() then
    perform private.report_doubts();
    return jsonb_build_object('left', true);
  end if;
  perform private.notify('reconcile_findings', 'mark:' || p_id, jsonb_build_object(
    'cause', 'mark', 'number', v_number.phone_number, 'organization', private.organization_name(v_organization_id),
    'status', v_number.status, 'shown', nullif(p_shown, ''), 'quarantine_id', v_number.quarantine_id),
    v_organization_id, v_number.phone_number);
  return jsonb_build_object('left', true);
end
$$;

-- The sweep has seen that Twilio and these tables agree again about numbers that were left alone.
create function public.end_mark_doubts(p_actor public.orgline_actor, p_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_ids uuid[];
begin
  perform private.require_operator(p_actor);
  perform from orgline.phone_numbers p where p.id = any (p_ids) and p.mark_doubt is not null order by p.id for no key update;
  with ended as (
    update orgline.phone_numbers set mark_doubt = null, sync_due_at = clock_timestamp(), sync_attempts = 0
    where id = any (p_ids) and mark_doubt is not null returning id
  )
  select array_agg(e.id) into v_ids from ended e;
  perform private.audit_numbers(p_actor, 'end_mark_doubts', v_ids);
  perform private.end_reported_doubts(v_ids);
  perform private.pool_changed();
  return '{}';
end
$$;
