-- Reading and resolving notifications.

-- message: of those with facts, the facts as they are, for a server of an earlier release that runs meanwhile.
create function private.notification_view(n orgline.admin_notifications) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'id', n.id, 'type', n.type, 'organization_id', n.organization_id,
      'organization_name', (select o.name from orgline.organizations o where o.id = n.organization_id),
      'phone_number', n.phone_number, 'phone_numbers', n.phone_numbers, 'message', coalesce(n.message, n.facts::text),
      'facts', n.facts,
      'status', n.status, 'occurrences', n.occurrences, 'created_at', n.created_at,
      'updated_at', n.updated_at, 'resolved_at', n.resolved_at, 'resolved_by', n.resolved_by));
end
$$;

-- One more than a page.
create function private.notifications_page(p_status text, p_type text, p_limit integer, p_cursor text)
returns setof orgline.admin_notifications
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return query
  select n.* from orgline.admin_notifications n
  where (p_status is null or n.status = p_status)
    and (p_type is null or n.type = p_type)
    and (p_cursor is null or (n.created_at, n.id) < (v_after, v_after_id))
  order by n.created_at desc, n.id desc
  limit p_limit + 1;
end
$$;

-- For operators; the newest first.
create function public.list_notifications(p_status text, p_type text, p_limit integer, p_cursor text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.page(coalesce(jsonb_agg(private.notification_view(n) order by n.created_at desc, n.id desc), '[]'), p_limit)
  from private.notifications_page(p_status, p_type, p_limit, p_cursor) n
$$;

-- A person has seen to it. Resolving again changes nothing.
create function public.resolve_notification(p_actor public.orgline_actor, p_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_row orgline.admin_notifications;
begin
  perform private.require_operator(p_actor);
  update orgline.admin_notifications
  set status = 'resolved', resolved_at = now(), resolved_by = p_actor ->> 'name', updated_at = now()
  where id = p_id and status = 'pending' returning * into v_row;
  if found then
    perform private.audit(p_actor, 'resolve_notification', v_row.organization_id, p_id::text,
      jsonb_build_object('type', v_row.type), p_takes_away => true);
    return private.notification_view(v_row);
  end if;
  select * into v_row from orgline.admin_notifications n where n.id = p_id;
  if not found then
    raise exception 'notification_unknown' using errcode = 'OL010', detail = jsonb_build_object('id', p_id);
  end if;
  return private.notification_view(v_row);
end
$$;
