-- Numbers that are left alone, because the mark that Twilio shows is not the one that is known here.

-- Twilio shows p_shown (null: no mark) where something else is to be: nothing is changed there, nobody is
-- given the number, and a person is told. Only as the number was when that was judged, p_as_of.
create function public.leave_number_alone(p_id uuid, p_as_of timestamptz, p_shown text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_organization_id uuid;
begin
  update orgline.phone_numbers set mark_doubt = coalesce(p_shown, ''), sync_due_at = null, sync_attempts = 0
  where id = p_id and updated_at = p_as_of and private.is_owned(status)
  returning * into v_number;
  if v_number.id is null then
    return jsonb_build_object('left', false);
  end if;
  select h.organization_id into v_organization_id from orgline.organization_phone_numbers h
  where h.phone_number_id = p_id and (h.ended_at is null or (v_number.status = 'quarantined' and h.ended_at = v_number.quarantined_at));
  perform private.resolve_notifications(array['phone_setup_failed'], p_id::text, 'system');
  if v_number.status = 'configured' then
    perform private.pool_changed();
  end if;
  perform private.notify('reconcile_findings', 'mark:' || p_id, private.mark_doubt_message(v_number, v_organization_id),
    v_organization_id, v_number.phone_number);
  return jsonb_build_object('left', true);
end
$$;

create function private.mark_doubt_message(p orgline.phone_numbers, p_organization_id uuid) returns text
language sql stable set search_path = '' as $$
  select format(
    '%1$s (%2$s) is %3$s here, but its SMS URL at Twilio %4$s. %5$s Nobody changes it at Twilio or releases it until you '
      'decide. 1. Twilio Console > Phone Numbers > Active numbers > %1$s, and ask %2$s: is it in use? 2. If it is to be kept: '
      'POST /api/admin/phone-numbers/%1$s/restore. 3. If it is given up: %6$s. This resolves when you have done so, or when '
      'the two agree again.',
    p.phone_number, private.order_for_whom(p_organization_id),
    case when p.status = 'quarantined' then 'in quarantine' else p.status end,
    case when p.mark_doubt = '' then format('does not carry the mark of that quarantine (?quarantine=%s)',
      coalesce(p.quarantine_id::text, '…'))
      else format('carries the mark of a quarantine that is not known here (?quarantine=%s)', p.mark_doubt) end,
    case
      when p.status = 'quarantined' and p.quarantine_id is null
        then 'It was given up before numbers were marked, so nothing at Twilio proves that nobody took it back since.'
      when p.status = 'quarantined'
        then 'It was restored since, or somebody changed its URL: this database may be older than that, as after a restored backup.'
      else 'It was given up since: this database may be older than that, as after a restored backup.' end,
    case when p.status = 'quarantined'
      then format('restore it all the same, and then POST /api/admin/phone-numbers/%s/release, which begins a new quarantine '
        'with a mark of its own', p.phone_number)
      else format('POST /api/admin/phone-numbers/%s/release', p.phone_number) end)
$$;

-- The sweep has seen that Twilio and these tables agree again about numbers that were left alone.
create function public.end_mark_doubts(p_ids uuid[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  for v_id in
    update orgline.phone_numbers set mark_doubt = null, sync_due_at = clock_timestamp(), sync_attempts = 0
    where id = any (p_ids) and mark_doubt is not null returning id
  loop
    perform private.resolve_notifications(array['reconcile_findings'], 'mark:' || v_id, 'system');
  end loop;
  perform private.pool_changed();
  return '{}';
end
$$;
