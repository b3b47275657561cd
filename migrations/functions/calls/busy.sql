-- What callers may cost where this server answers: each conversation is paid for by the minute.

-- Ends a call that is too much for an hour, of this caller or of the number. What was refused so does not
-- count; a caller who withholds the number counts for the number alone.
create function private.refuse_busy(
  p_call_id uuid, p_customer text, p_max_of_caller integer, p_max_of_number integer
) returns boolean language plpgsql set search_path = '' as $$
declare
  c_busy constant text := 'too many calls in an hour, so the caller heard that the line is busy';
  v_call orgline.calls;
  v_of_caller bigint;
  v_of_number bigint;
begin
  select * into v_call from orgline.calls c where c.id = p_call_id;
  select count(*) filter (where c.from_number = v_call.from_number and p_customer is not null), count(*)
  into v_of_caller, v_of_number
  from orgline.calls c
  where c.organization_phone_number_id = v_call.organization_phone_number_id and c.direction = 'inbound'
    and c.created_at > now() - interval '1 hour' and c.id <> p_call_id and c.failure_reason is distinct from c_busy;
  if v_of_caller < p_max_of_caller and v_of_number < p_max_of_number then
    return false;
  end if;
  update orgline.calls set status = 'failed', failure_reason = c_busy, look_at = null where id = p_call_id and status <> 'completed';
  return true;
end
$$;
