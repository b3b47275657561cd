-- Putting US numbers into Messaging Services.

-- Takes the next number that is not in the service it should be in: with p_any whoever has it, else
-- of the organization.
-- First it has to leave the service it is, or may be, in (leave); then to join the other (join), which
-- is written down before the carrier is asked, so that no service it may be in is forgotten. Where a late join may
-- have put it into one it had left, it leaves that before it joins (left), or once more after p_again_ms. None is
-- taken by a server that is not the one the numbers were last pointed at (begin_repair): a copy of the
-- database must not move the numbers of its original. p_due_by: see private.due_by.
create function private.claim_to_register(
  p_any boolean, p_organization_id uuid, p_shared_service_sid text, p_due_by timestamptz, p_again_ms integer, p_public_url text
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_due_by timestamptz := private.due_by(p_due_by);
  v_left_before timestamptz := v_due_by - make_interval(secs => p_again_ms / 1000.0);
  v_number orgline.phone_numbers;
  v_leave text;
  v_join text;
begin
  if private.is_current_deployment(p_public_url) and not private.is_paused(array['twilio']) then
    if p_any then
      perform private.recheck_all_services(p_shared_service_sid);
      v_number := private.next_to_register(p_shared_service_sid, v_due_by, v_left_before);
    else
      select d.* into v_number from orgline.phone_numbers d
      where d.id = any (array(
          select h.phone_number_id from orgline.organization_phone_numbers h
          where h.ended_at is null and h.organization_id = p_organization_id))
        and d.sms_try_at <= v_due_by and d.country = 'US' and private.is_owned(d.status) and d.releasing_at is null and d.mark_doubt is null
        and private.is_in_other_service(d, p_shared_service_sid, v_left_before)
      order by d.sms_try_at
      limit 1
      for no key update of d skip locked;
    end if;
  end if;
  if v_number.id is null then
    return jsonb_build_object('claim', null, 'due_by', v_due_by);
  end if;
  v_join := private.messaging_service_of(v_number, p_shared_service_sid);
  v_leave := case
    when v_number.messaging_service_sid is distinct from v_join then v_number.messaging_service_sid
    when v_join is null then v_number.services_left[1] end;
  update orgline.phone_numbers set
    sms_try_at = clock_timestamp() + make_interval(secs => p_again_ms / 1000.0),
    messaging_service_sid = coalesce(v_leave, v_join)
  where id = v_number.id;
  return jsonb_build_object('claim', jsonb_build_object(
    'id', v_number.id, 'twilio_phone_sid', v_number.twilio_phone_sid,
    'leave', v_leave, 'join', case when v_leave is null then v_join end, 'left', v_number.services_left), 'due_by', v_due_by);
end
$$;

-- Whether a number is not in the service it should be in, as far as the carrier has said so, or left one before that moment
-- into which a late join may have put it again.
create function private.is_in_other_service(
  p orgline.phone_numbers, p_shared_service_sid text, p_left_before timestamptz
) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_wanted text := private.messaging_service_of(p, p_shared_service_sid);
begin
  return p.messaging_service_sid is distinct from v_wanted or (v_wanted is not null and not p.messaging_service_joined)
    or (p.services_left <> '{}' and p.sms_known_at < p_left_before);
end
$$;

-- Locks the next due number that is not in the service it should be in. Those that are found right are not due again for a
-- day: whoever changes which service a number should be in makes it due (recheck_service, register_numbers_of,
-- recheck_all_services). So each is looked at once, not by every run.
create function private.next_to_register(
  p_shared_service_sid text, p_due_by timestamptz, p_left_before timestamptz
) returns orgline.phone_numbers language plpgsql set search_path = '' as $$
declare
  c_batch constant integer := 500;
  v_number orgline.phone_numbers;
  v_right uuid[];
  v_examined integer;
begin
  for v_batch in 1..10 loop
    v_right := '{}';
    v_examined := 0;
    for v_number in
      select d.* from orgline.phone_numbers d
      where d.sms_try_at <= p_due_by
        -- As the index has it.
        and d.country = 'US' and private.is_owned(d.status) and d.releasing_at is null and d.mark_doubt is null
      order by d.sms_try_at limit c_batch for no key update of d skip locked
    loop
      v_examined := v_examined + 1;
      if private.is_in_other_service(v_number, p_shared_service_sid, p_left_before) then
        exit;
      end if;
      v_right := v_right || v_number.id;
      v_number := null;
    end loop;
    update orgline.phone_numbers set sms_try_at = case
      when services_left <> '{}' then sms_known_at + (p_due_by - p_left_before) else clock_timestamp() + interval '1 day' end
    where id = any (v_right);
    exit when v_number.id is not null or v_examined < c_batch;
  end loop;
  return v_number;
end
$$;

-- Where the service that all share is another than before, every number is due to be looked at: a batch at a time.
create function private.recheck_all_services(p_shared_service_sid text) returns void
language plpgsql set search_path = '' as $$
declare
  c_batch constant integer := 1000;
  v_deployment orgline.deployment;
  v_batch uuid[];
begin
  select d.* into v_deployment from orgline.deployment d
  where d.shared_service_sid is distinct from p_shared_service_sid or d.services_after is not null for update skip locked;
  if not found then
    return;
  end if;
  if v_deployment.shared_service_sid is distinct from p_shared_service_sid then
    v_deployment.services_after := '00000000-0000-0000-0000-000000000000';
  end if;
  v_batch := array(select p.id from orgline.phone_numbers p where p.id > v_deployment.services_after order by p.id limit c_batch);
  update orgline.phone_numbers p set sms_try_at = clock_timestamp()
  where p.id = any (v_batch) and p.country = 'US' and p.sms_try_at > clock_timestamp() + interval '1 hour';
  update orgline.deployment set shared_service_sid = p_shared_service_sid, services_after = v_batch[c_batch] where only_row;
end
$$;

-- Takes the next number that is not in the service it should be in, whoever has it.
create function public.claim_number_to_register(
  p_shared_service_sid text, p_due_by timestamptz, p_again_ms integer, p_public_url text
) returns jsonb language sql security definer set search_path = '' as $$
  select private.claim_to_register(true, null, p_shared_service_sid, p_due_by, p_again_ms, p_public_url)
$$;

-- Takes the next such number of one organization.
create function public.claim_organization_number_to_register(
  p_organization_id uuid, p_shared_service_sid text, p_due_by timestamptz, p_again_ms integer, p_public_url text
) returns jsonb language sql security definer set search_path = '' as $$
  select private.claim_to_register(false, p_organization_id, p_shared_service_sid, p_due_by, p_again_ms, p_public_url)
$$;

-- The number is in none of our services any more, and its texting is as that of any US number
-- (p_us_sms_status). Whoever took it out goes on with it, where it is to join another. Was it never seen there, the
-- request that put it there may still be on its way: it is taken out once more.
create function public.record_number_left(p_id uuid, p_service_sid text, p_us_sms_status text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.phone_numbers set
    messaging_service_sid = null, messaging_service_joined = false, sms_error = null, sms_hold_until = null,
    services_left = case when messaging_service_joined or p_service_sid = any (services_left)
      then array_remove(services_left, p_service_sid) else services_left || p_service_sid end,
    sms_known_at = clock_timestamp(), sms_try_at = '-infinity', updated_at = now(),
    sms_status = case when sms_status = 'unsupported' then sms_status else p_us_sms_status end
  where id = p_id and messaging_service_sid = p_service_sid;
  perform private.resolve_notifications(array['phone_setup_failed'], p_id || ':texting', 'system');
  if not exists (select from orgline.phone_numbers p where p.messaging_service_sid = p_service_sid) then
    perform private.resolve_notifications(array['phone_setup_failed'], 'service:' || p_service_sid, 'system');
  end if;
  return jsonb_build_object('recorded', true);
end
$$;

-- The carrier has the number in this service, which allows it p_sms_status, and so in no other. recorded: false
-- when it is to be in another by now. The service is looked at again soon, which tells a person where it needs one.
create function public.record_number_registered(p_id uuid, p_service_sid text, p_sms_status text, p_error text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  update orgline.phone_numbers set
    messaging_service_joined = true, services_left = '{}', sms_known_at = clock_timestamp(),
    sms_try_at = clock_timestamp(), sms_check_at = clock_timestamp(), updated_at = now()
  where id = p_id and messaging_service_sid = p_service_sid returning * into v_number;
  if found then
    perform private.set_sms_status(v_number, p_sms_status, p_error);
  end if;
  return jsonb_build_object('recorded', v_number.id is not null);
end
$$;

-- p_reason: for its holder; p_error: in the carrier's words, for operators. p_is_lasting: only a person can
-- change it; else it is under way, and tried again.
create function public.record_number_not_registered(
  p_id uuid, p_reason text, p_error text, p_is_lasting boolean
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_organization_id uuid;
begin
  update orgline.phone_numbers set
    sms_error = p_reason, updated_at = now(),
    sms_status = case when sms_status in ('pending', 'needs_registration')
      then case when p_is_lasting then 'needs_registration' else 'pending' end else sms_status end
  where id = p_id returning * into v_number;
  select h.organization_id into v_organization_id from orgline.organization_phone_numbers h where h.phone_number_id = p_id
    and h.ended_at is null;
  perform private.notify('phone_setup_failed', p_id || ':texting', jsonb_build_object(
    'cause', 'texting', 'number', v_number.phone_number, 'organization', private.organization_name(v_organization_id),
    'error', p_error), v_organization_id, v_number.phone_number);
  return jsonb_build_object('recorded', true);
end
$$;
