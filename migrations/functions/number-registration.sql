-- US numbers and the Messaging Service that registers them for texting at the carrier (A2P 10DLC). A
-- service belongs to one organization; p_shared_service_sid is for those without one, where allowed.

-- The service a number should be in: of whoever holds it; null: in none.
create function private.messaging_service_of(p public.phone_numbers, p_shared_service_sid text) returns text
language sql stable set search_path = '' as $$
  select coalesce(o.settings ->> 'messaging_service_sid', p_shared_service_sid)
  from public.organization_phone_numbers h join public.organizations o on o.id = h.organization_id
  where h.phone_number_id = p.id and h.ended_at is null and p.country = 'US' and p.sms_status <> 'unsupported'
$$;

-- Makes the numbers an organization holds due, because it has another service.
create function private.register_numbers_of(p_organization_id uuid) returns void
language sql set search_path = '' as $$
  with held as (
    select p.id from public.phone_numbers p
    join public.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    where h.organization_id = p_organization_id
    order by p.id for no key update of p
  )
  update public.phone_numbers p set sms_try_at = clock_timestamp() from held where p.id = held.id
$$;

-- Takes the next number that is not in the service it should be in: of the given organization, or any.
create function public.claim_number_to_register(p_organization_id uuid, p_shared_service_sid text, p_again_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number public.phone_numbers;
begin
  update public.phone_numbers p set sms_try_at = clock_timestamp() + make_interval(secs => p_again_ms / 1000.0)
  where p.id = (
    select d.id from public.phone_numbers d
    where d.sms_try_at <= clock_timestamp() and d.country = 'US'
      and d.status in ('purchased', 'imported', 'configured', 'assigned', 'quarantined') and d.releasing_at is null
      and (p_organization_id is null or exists (
        select from public.organization_phone_numbers h
        where h.phone_number_id = d.id and h.ended_at is null and h.organization_id = p_organization_id))
      and d.messaging_service_sid is distinct from private.messaging_service_of(d, p_shared_service_sid)
      and not exists (select from public.carrier_pauses c where c.until > clock_timestamp())
    order by d.sms_try_at
    limit 1
    for update skip locked)
  returning * into v_number;
  return jsonb_build_object('number', case when v_number.id is not null then jsonb_build_object(
    'id', v_number.id, 'phone_number', v_number.phone_number, 'twilio_phone_sid', v_number.twilio_phone_sid,
    'attached', v_number.messaging_service_sid, 'wanted', private.messaging_service_of(v_number, p_shared_service_sid)) end);
end
$$;

-- The number is in this service at the carrier; null: in none of ours, and its texting is as that of
-- any US number (p_us_sms_status).
create function public.record_number_registered(p_id uuid, p_service_sid text, p_us_sms_status text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update public.phone_numbers set
    messaging_service_sid = p_service_sid, sms_error = null, updated_at = now(), sms_try_at = clock_timestamp(),
    sms_status = case when sms_status = 'unsupported' then sms_status when p_service_sid is not null then 'ready' else p_us_sms_status end
  where id = p_id;
  perform private.resolve_notifications(array['phone_setup_failed'], p_id || ':texting', 'system');
  return jsonb_build_object('recorded', true);
end
$$;

-- p_is_lasting: only a person can change it; else it is under way, and tried again.
create function public.record_number_not_registered(p_id uuid, p_error text, p_is_lasting boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number public.phone_numbers;
  v_organization_id uuid;
begin
  update public.phone_numbers set
    sms_error = p_error, updated_at = now(),
    sms_status = case when sms_status in ('pending', 'needs_registration')
      then case when p_is_lasting then 'needs_registration' else 'pending' end else sms_status end
  where id = p_id returning * into v_number;
  select h.organization_id into v_organization_id from public.organization_phone_numbers h where h.phone_number_id = p_id and h.ended_at is null;
  perform private.notify('phone_setup_failed', p_id || ':texting', format(
    'The number %s of %s is not in the Messaging Service it should be in: %s. It is tried again by itself, and this resolves when it is.',
    v_number.phone_number, coalesce(private.order_for_whom(v_organization_id), 'nobody'), p_error), v_organization_id, v_number.phone_number);
  return jsonb_build_object('recorded', true);
end
$$;
