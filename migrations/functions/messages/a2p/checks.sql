-- Messaging Services, looked at from time to time.

-- Takes the next Messaging Service whose numbers are due to be checked. p_due_by: see private.due_by. What a
-- refused text told of numbers in no service is over after a while, and they are as any US number again
-- (p_us_sms_status).
create function public.claim_service_to_check(p_due_by timestamptz, p_again_ms integer, p_us_sms_status text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_due_by timestamptz := private.due_by(p_due_by);
  v_number orgline.phone_numbers;
  v_service_sid text;
begin
  for v_number in
    select p.* from orgline.phone_numbers p
    where p.sms_hold_until <= v_now and p.messaging_service_sid is null for no key update skip locked
  loop
    perform private.set_sms_status(v_number, p_us_sms_status, null);
    update orgline.phone_numbers set sms_hold_until = null where id = v_number.id;
  end loop;
  with due as (
    select p.id from orgline.phone_numbers p
    where p.messaging_service_joined and p.messaging_service_sid = (
      select d.messaging_service_sid from orgline.phone_numbers d
      where d.messaging_service_joined and d.sms_check_at <= v_due_by
        and private.is_owned(d.status) and d.releasing_at is null
        and not private.is_paused(array['twilio'])
      order by d.sms_check_at limit 1)
    order by p.id for no key update skip locked
  ), taken as (
    update orgline.phone_numbers p set sms_check_at = clock_timestamp() + make_interval(secs => p_again_ms / 1000.0)
    from due where p.id = due.id returning p.messaging_service_sid
  )
  select min(taken.messaging_service_sid) into v_service_sid from taken;
  return jsonb_build_object('claim', v_service_sid, 'due_by', v_due_by);
end
$$;

-- What the service allows its numbers; needs_registration: a person has to change it (p_error).
create function public.record_service_checked(p_service_sid text, p_sms_status text, p_error text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_organization orgline.organizations;
begin
  -- As set_sms_status does for one number, and all at once: a service has hundreds, of which mostly none changes.
  with changed as (
    select p.id from orgline.phone_numbers p
    where p.messaging_service_joined and p.messaging_service_sid = p_service_sid
      and private.takes_sms_status(p, p_sms_status) and (p.sms_status, p.sms_error) is distinct from (p_sms_status, p_error)
    order by p.id for no key update
  )
  update orgline.phone_numbers p set
    sms_status = p_sms_status, sms_error = p_error, updated_at = now(),
    sms_hold_until = case when p_sms_status <> 'ready' then p.sms_hold_until end
  from changed where p.id = changed.id;
  with ended as (
    select n.id from orgline.admin_notifications n
    where n.type = 'phone_setup_failed' and n.status = 'pending' and n.subject in (
      select p.id || ':texting' from orgline.phone_numbers p
      where p.messaging_service_joined and p.messaging_service_sid = p_service_sid and private.takes_sms_status(p, p_sms_status))
    order by n.id for no key update
  )
  update orgline.admin_notifications n
  set status = 'resolved', resolved_at = now(), resolved_by = 'system', updated_at = now()
  from ended where n.id = ended.id;
  if p_sms_status = 'needs_registration' and exists (
    select from orgline.phone_numbers p where p.messaging_service_joined and p.messaging_service_sid = p_service_sid) then
    select * into v_organization from orgline.organizations o where o.settings ->> 'messaging_service_sid' = p_service_sid;
    perform private.notify('phone_setup_failed', 'service:' || p_service_sid, jsonb_build_object(
      'cause', 'messaging_service', 'organization', v_organization.name, 'error', p_error), v_organization.id);
  else
    perform private.resolve_notifications(array['phone_setup_failed'], 'service:' || p_service_sid, 'system');
  end if;
  return jsonb_build_object('recorded', true);
end
$$;
