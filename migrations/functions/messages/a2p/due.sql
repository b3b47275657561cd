-- Which numbers are to be registered for texting, and what is known of that.

-- The service a number should be in: of whoever holds it; null: in none.
create function private.messaging_service_of(p orgline.phone_numbers, p_shared_service_sid text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(o.settings ->> 'messaging_service_sid', p_shared_service_sid)
    from orgline.organization_phone_numbers h join orgline.organizations o on o.id = h.organization_id
    where h.phone_number_id = p.id and h.ended_at is null and p.country = 'US' and p.sms_status <> 'unsupported');
end
$$;

-- Makes the numbers an organization holds due, because an operator has given it a service, be it the
-- same: all that was known of their registration is found out anew.
create function private.register_numbers_of(p_organization_id uuid) returns void
language sql set search_path = '' as $$
  with held as (
    select p.id from orgline.phone_numbers p
    join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    where h.organization_id = p_organization_id
    order by p.id for no key update of p
  )
  update orgline.phone_numbers p set
    sms_try_at = clock_timestamp(), messaging_service_joined = false,
    sms_hold_until = case when p.sms_hold_until is not null then clock_timestamp() end
  from held where p.id = held.id
$$;

-- Whether the number becomes what its service (its campaign) looks like: ready only when no text was
-- refused lately. unsupported stays.
create function private.takes_sms_status(p orgline.phone_numbers, p_sms_status text) returns boolean
language sql stable set search_path = '' as $$
  select p.sms_status <> 'unsupported' and (p_sms_status = 'ready' and p.sms_hold_until > clock_timestamp()) is not true
$$;

-- What the number may do by what its service looks like.
create function private.set_sms_status(p orgline.phone_numbers, p_sms_status text, p_error text) returns void
language plpgsql set search_path = '' as $$
begin
  if not private.takes_sms_status(p, p_sms_status) then
    return;
  end if;
  update orgline.phone_numbers set
    sms_status = p_sms_status, sms_error = p_error, updated_at = now(),
    sms_hold_until = case when p_sms_status <> 'ready' then sms_hold_until end
  where id = p.id and (sms_status, sms_error) is distinct from (p_sms_status, p_error);
  perform private.resolve_notifications(array['phone_setup_failed'], p.id || ':texting', 'system');
end
$$;

-- The carrier refused a text because its number is not registered (unregistered), or not yet
-- (registration_pending). Where
-- the number should be in a service, it is put there anew: somebody may have taken it out.
create function private.note_unregistered(m orgline.messages, p_failure text) returns void
language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  update orgline.phone_numbers p set
    sms_status = case p_failure when 'registration_pending' then 'pending' else 'needs_registration' end,
    sms_error = m.failure_reason,
    sms_hold_until = clock_timestamp() + case p_failure when 'registration_pending' then interval '1 hour' else interval '1 day' end,
    sms_known_at = clock_timestamp(), messaging_service_joined = false, sms_try_at = clock_timestamp(), updated_at = now()
  where p.id = (select h.phone_number_id from orgline.organization_phone_numbers h where h.id = m.organization_phone_number_id)
    and p.country = 'US' and p.sms_status <> 'unsupported' and m.created_at > coalesce(p.sms_known_at, '-infinity')
  returning * into v_number;
  if found and p_failure = 'unregistered' then
    perform private.notify('phone_setup_failed', v_number.id || ':texting', jsonb_build_object(
      'cause', 'refused_text', 'number', v_number.phone_number, 'organization_id', m.organization_id,
      'error', m.failure_reason, 'error_code', m.error_code),
      m.organization_id, v_number.phone_number);
  end if;
end
$$;
