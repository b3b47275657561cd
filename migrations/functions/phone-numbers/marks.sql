-- The mark that a number carries at Twilio while it is in quarantine.

-- What syncing, sweeping and releasing judge a number's SMS URL by. may_write: the mark of the present
-- quarantine was never seen at Twilio, and that is a day old at most. past: marks known to be over.
create function private.number_mark(p orgline.phone_numbers) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'quarantine_id', p.quarantine_id,
    'may_write', p.status = 'quarantined' and p.mark_seen_at is null and p.quarantined_at > clock_timestamp() - interval '1 day',
    'past', case when p.status = 'quarantined' or p.quarantine_id is null then p.past_marks else p.past_marks || p.quarantine_id::text end);
end
$$;

-- Marks of the time when the number was ours before, all of them over.
create function private.marks_of_earlier_rows(p_phone_number text) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(distinct m.mark), '{}')
  from orgline.phone_numbers p, unnest(p.past_marks || p.quarantine_id::text) m(mark)
  where p.phone_number = p_phone_number and not private.may_be_ours(p.status) and m.mark is not null
$$;
