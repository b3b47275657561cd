-- Pages of lists. A list asks for its rows by its tenant and by `(moment, id) < (v_after, p_cursor)`, both of which an
-- index finds: v_after is the moment of the cursor's row, or 'infinity' for the first page; of a cursor that nobody
-- gave out it is null, and the page is empty. Lists that may be narrowed are planned for the values they are given
-- (plan_cache_mode), so that what is not asked for stands in no condition.

-- Cuts a list of limit + 1 rows to one page. The cursor is the id of the page's last row.
create function private.page(p_rows jsonb, p_limit integer) returns jsonb
language sql immutable set search_path = '' as $$
  select case
    when jsonb_array_length(p_rows) <= p_limit then jsonb_build_object('rows', p_rows, 'next_cursor', null)
    else jsonb_build_object('rows', p_rows - p_limit, 'next_cursor', p_rows -> (p_limit - 1) -> 'id')
  end
$$;
