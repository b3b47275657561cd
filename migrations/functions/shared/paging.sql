-- Pages of lists.

-- Cuts a list of limit + 1 rows to one page. The cursor is the id of the page's last row.
create function private.page(p_rows jsonb, p_limit integer) returns jsonb
language sql immutable set search_path = '' as $$
  select case
    when jsonb_array_length(p_rows) <= p_limit then jsonb_build_object('rows', p_rows, 'next_cursor', null)
    else jsonb_build_object('rows', p_rows - p_limit, 'next_cursor', p_rows -> (p_limit - 1) -> 'id')
  end
$$;
