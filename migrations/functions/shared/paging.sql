-- Pages of lists. A list asks for its rows by its tenant and by `(moment, id) < (v_after, v_after_id)`, both of which an
-- index finds: the place where the page before ended, which the cursor says by itself, so that a page goes on behind a row
-- that is gone. v_after is 'infinity' for the first page. Lists that may be narrowed are planned for the values they are
-- given (plan_cache_mode), so that what is not asked for stands in no condition. Who may see what a list has is asked of
-- each page: a cursor lets nobody in.

-- A place in an order: what the order goes by, as a text, and the id that decides between equals. As a client keeps it:
-- base64url. src/database/pages.ts lets in what these functions can read.
create function private.cursor_of_key(p_key text, p_id uuid) returns text
language sql immutable set search_path = '' as $$
  select translate(encode(convert_to(p_id || p_key, 'UTF8'), 'base64'), E'+/=\n', '-_')
$$;

create function private.cursor_text(p_cursor text) returns text
language sql immutable set search_path = '' as $$
  select convert_from(decode(translate(p_cursor, '-_', '+/') || repeat('=', -length(p_cursor) & 3), 'base64'), 'UTF8')
$$;

create function private.cursor_key(p_cursor text) returns text
language sql immutable set search_path = '' as $$
  select substr(private.cursor_text(p_cursor), 37)
$$;

create function private.cursor_id(p_cursor text) returns uuid
language sql immutable set search_path = '' as $$
  select left(private.cursor_text(p_cursor), 36)::uuid
$$;

-- The cursor of a place in the order of time, which it counts in microseconds.
create function private.cursor_of(p_moment timestamptz, p_id uuid) returns text
language sql immutable set search_path = '' as $$
  select private.cursor_of_key(trunc(extract(epoch from p_moment) * 1000000)::text, p_id)
$$;

create function private.cursor_moment(p_cursor text) returns timestamptz
language sql stable set search_path = '' as $$
  select coalesce(timestamptz 'epoch' + private.cursor_key(p_cursor)::bigint * interval '1 microsecond', 'infinity')
$$;

-- Cuts a list of limit + 1 rows to one page. The cursor is the place of the page's last row, at the moment that p_moment
-- names, or where a row has none at created_at.
create function private.page(p_rows jsonb, p_limit integer, p_moment text default 'created_at') returns jsonb
language sql stable set search_path = '' as $$
  select case
    when jsonb_array_length(p_rows) <= p_limit then jsonb_build_object('rows', p_rows, 'next_cursor', null)
    else jsonb_build_object('rows', p_rows - p_limit, 'next_cursor', (
      select private.cursor_of(coalesce(r.last ->> p_moment, r.last ->> 'created_at')::timestamptz, (r.last ->> 'id')::uuid)
      from (select p_rows -> (p_limit - 1) as last) r))
  end
$$;
