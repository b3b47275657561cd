-- The calls of an organization, for reading.

create function private.call_record(c orgline.calls) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'id', c.id, 'direction', c.direction, 'status', c.status, 'from', c.from_number, 'to', c.to_number,
      'from_fallback', c.from_fallback, 'number_reason', c.number_reason,
      'contact', (
        select jsonb_build_object('id', k.id, 'phone_number', k.phone_number, 'name', k.name)
        from orgline.contacts k where k.organization_id = c.organization_id and k.id = c.contact_id),
      'lead_id', c.lead_id, 'agent_id', private.agent_to_show(c.organization_id, c.agent_id),
      'conversation_id', c.conversation_id, 'call_sid', c.provider_call_id,
      'started_at', c.started_at, 'duration_seconds', c.duration_seconds, 'cost', c.cost, 'summary', c.summary,
      'outcome', c.outcome, 'answered_by', c.answered_by,
      'transferred_to', case when c.transfer is not null then c.forwarded_to end, 'transfer', c.transfer,
      'failure_reason', c.failure_reason, 'recording_url', private.recording_path(c), 'created_at', c.created_at));
end
$$;

-- One more than a page, as messages_page has it.
create function private.calls_page(
  p_organization_id uuid, p_direction text, p_status text, p_contact_id uuid, p_from timestamptz, p_to timestamptz,
  p_limit integer, p_cursor text
) returns setof orgline.calls language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
  v_contact_id uuid := (
    select coalesce(k.merged_into, k.id) from orgline.contacts k where k.organization_id = p_organization_id and k.id = p_contact_id);
begin
  if p_contact_id is null and (p_direction is not null or p_status is not null) then
    return query
    select c.*
    from unnest(case when p_direction is null then private.directions() else array[p_direction] end) d(direction)
    cross join unnest(case when p_status is null then private.call_statuses() else array[p_status] end) s(status)
    cross join lateral (
      select e.* from orgline.calls e
      where e.organization_id = p_organization_id and e.direction = d.direction and e.status = s.status
        and (p_from is null or coalesce(e.started_at, e.created_at) >= p_from)
        and (p_to is null or coalesce(e.started_at, e.created_at) < p_to)
        and (p_cursor is null or (coalesce(e.started_at, e.created_at), e.id) < (v_after, v_after_id))
      order by coalesce(e.started_at, e.created_at) desc, e.id desc
      limit p_limit + 1) c
    order by coalesce(c.started_at, c.created_at) desc, c.id desc
    limit p_limit + 1;
    return;
  end if;
  return query
  select c.* from orgline.calls c
  where c.organization_id = p_organization_id
    and (p_direction is null or c.direction = p_direction)
    and (p_status is null or c.status = p_status)
    and (p_contact_id is null or c.contact_id = v_contact_id)
    and (p_from is null or coalesce(c.started_at, c.created_at) >= p_from)
    and (p_to is null or coalesce(c.started_at, c.created_at) < p_to)
    and (p_cursor is null or (coalesce(c.started_at, c.created_at), c.id) < (v_after, v_after_id))
  order by coalesce(c.started_at, c.created_at) desc, c.id desc
  limit p_limit + 1;
end
$$;

-- The newest first, by when they began. p_from and p_to: from when (inclusive) to when (exclusive).
create function public.list_calls(
  p_actor public.orgline_actor, p_organization_id uuid, p_direction text, p_status text, p_contact_id uuid,
  p_from timestamptz, p_to timestamptz, p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.visible_organization(p_actor, p_organization_id);
  return (
    select private.page(coalesce(
      jsonb_agg(private.call_record(c) order by coalesce(c.started_at, c.created_at) desc, c.id desc), '[]'), p_limit,
      'started_at')
    from private.calls_page(p_organization_id, p_direction, p_status, p_contact_id, p_from, p_to, p_limit, p_cursor) c);
end
$$;

-- One call with its transcript.
create function public.get_call(p_actor public.orgline_actor, p_organization_id uuid, p_call_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_call orgline.calls;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  v_call := private.call_by_id(p_organization_id, p_call_id);
  return private.call_record(v_call) || jsonb_build_object(
    'transcript', v_call.transcript, 'collected', v_call.collected, 'evaluation', v_call.evaluation);
end
$$;
