-- What callers may cost where this server answers: each conversation is paid for by the minute.

-- Ends a call that is too much for an hour, of this caller or of the number. What was refused so does not
-- count, and is not read; what was erased does count. A caller who withholds the number counts for the number alone.
-- So many calls as the number may have are enough to know: with those, it has too many.
create function private.refuse_busy(
  p_call_id uuid, p_customer text, p_max_of_caller integer, p_max_of_number integer
) returns boolean language plpgsql set search_path = '' as $$
declare
  v_call orgline.calls;
  v_of_caller bigint;
  v_of_number bigint;
begin
  select * into v_call from orgline.calls c where c.id = p_call_id;
  select count(*) filter (where a.is_of_caller and p_customer is not null), count(*) into v_of_caller, v_of_number
  from (
    (select c.from_number = v_call.from_number as is_of_caller from orgline.calls c
     where c.organization_phone_number_id = v_call.organization_phone_number_id and c.direction = 'inbound'
       and c.created_at > now() - interval '1 hour' and c.id <> p_call_id and c.failure_reason is distinct from 'too_many_calls'
     limit p_max_of_number)
    union all
    (select e.customer = private.erased_customer(v_call.organization_id, v_call.from_number) from orgline.erased_dials e
     where e.organization_id = v_call.organization_id and e.organization_phone_number_id = v_call.organization_phone_number_id
       and e.kind = 'answered' and e.dialled_at > now() - interval '1 hour'
     limit p_max_of_number)) a;
  if v_of_caller < p_max_of_caller and v_of_number < p_max_of_number then
    return false;
  end if;
  update orgline.calls set status = 'failed', failure_reason = 'too_many_calls', poll_at = null
  where id = p_call_id and status <> 'completed';
  return true;
end
$$;

-- To be called before a contact is erased, so that its caller's hour does not begin anew.
create function private.keep_answered(p_organization_id uuid, p_contact_id uuid) returns void
language sql set search_path = '' as $$
  insert into orgline.erased_dials (organization_id, kind, customer, dialled_at, minutes, organization_phone_number_id)
  select c.organization_id, 'answered', private.erased_customer(c.organization_id, c.from_number), c.created_at, 0,
    c.organization_phone_number_id
  from orgline.calls c
  where c.organization_id = p_organization_id and c.contact_id = p_contact_id and c.direction = 'inbound'
    and c.created_at > now() - interval '1 hour' and c.failure_reason is distinct from 'too_many_calls'
$$;
