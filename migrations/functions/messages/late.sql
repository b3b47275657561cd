-- Taken in so long after it was sent that an answer would come out of the blue: nothing automatic may
-- ever answer it.
create function private.is_late(m orgline.messages) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(m.caught_up_at > m.created_at + interval '10 minutes', false);
end
$$;
