-- Calls and texts of all organizations, for operators, by when they were recorded.

create function private.call_activity(c orgline.calls) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'kind', 'call', 'id', c.id, 'organization_id', c.organization_id, 'direction', c.direction, 'status', c.status,
    'from', c.from_number, 'to', c.to_number, 'failure_reason', c.failure_reason, 'duration_seconds', c.duration_seconds,
    'answered_by', c.answered_by, 'created_at', c.created_at,
    'organization_name', (select o.name from orgline.organizations o where o.id = c.organization_id))
$$;

create function private.text_activity(m orgline.messages) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'kind', 'text', 'id', m.id, 'organization_id', m.organization_id, 'direction', m.direction, 'status', m.status,
    'from', m.from_number, 'to', m.to_number, 'failure_reason', m.failure_reason, 'duration_seconds', null,
    'answered_by', null, 'created_at', m.created_at,
    'organization_name', (select o.name from orgline.organizations o where o.id = m.organization_id))
$$;

-- One more than a page of each kind: of both together, none that the page has is missing. An index by created_at finds the
-- place; of all calls and texts no index has the ids too, which each new one would pay for.
create function private.calls_of_all(p_is_failed boolean, p_limit integer, p_cursor text) returns setof orgline.calls
language plpgsql stable rows 50 set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return query
  select c.* from orgline.calls c
  where (not p_is_failed or c.status = 'failed')
    and (p_cursor is null or c.created_at <= v_after and (c.created_at < v_after or c.id < v_after_id))
  order by c.created_at desc, c.id desc
  limit p_limit + 1;
end
$$;

create function private.texts_of_all(p_is_failed boolean, p_limit integer, p_cursor text) returns setof orgline.messages
language plpgsql stable rows 50 set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return query
  select m.* from orgline.messages m
  where (not p_is_failed or m.status in ('failed', 'undelivered'))
    and (p_cursor is null or m.created_at <= v_after and (m.created_at < v_after or m.id < v_after_id))
  order by m.created_at desc, m.id desc
  limit p_limit + 1;
end
$$;

-- The newest first. p_kind: call, text, or null for both; p_is_failed: only what failed.
create function public.list_activity(p_kind text, p_is_failed boolean, p_limit integer, p_cursor text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    with found as (
      select private.call_activity(c) as row, c.created_at, c.id
      from private.calls_of_all(p_is_failed, p_limit, p_cursor) c where p_kind is distinct from 'text'
      union all
      select private.text_activity(m), m.created_at, m.id
      from private.texts_of_all(p_is_failed, p_limit, p_cursor) m where p_kind is distinct from 'call'
    ), page as (
      select * from found order by created_at desc, id desc limit p_limit + 1
    )
    select private.page(coalesce(jsonb_agg(page.row order by page.created_at desc, page.id desc), '[]'), p_limit) from page);
end
$$;
