-- How many rows of a kind an organization may make by itself.

-- What costs nothing to make has a bound all the same: nobody needs more, and a program gone wrong, or a
-- stolen key, fills no disk with it. To be asked under a lock of the organization's, or several pass it at
-- once. p_rows: how many there are, counted to p_most at most.
create function private.require_room(p_what text, p_most bigint, p_rows bigint) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if p_rows >= p_most then
    raise exception 'rows_over_limit' using errcode = 'OL096', detail = jsonb_build_object('limit', p_most, 'what', p_what);
  end if;
end
$$;
