-- The calls of an organization, for reading.

create function private.call_record(c orgline.calls) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'id', c.id, 'direction', c.direction, 'status', c.status, 'from', c.from_number, 'to', c.to_number,
    'from_fallback', c.from_fallback,
    'contact', (
      select jsonb_build_object('id', k.id, 'phone_number', k.phone_number, 'name', k.name)
      from orgline.contacts k where k.organization_id = c.organization_id and k.id = c.contact_id),
    'lead_id', c.lead_id, 'agent_id', private.agent_to_show(c.organization_id, c.agent_id),
    'conversation_id', c.conversation_id, 'call_sid', c.provider_call_id,
    'started_at', c.started_at, 'duration_seconds', c.duration_seconds, 'cost', c.cost, 'summary', c.summary,
    'outcome', c.outcome, 'answered_by', c.answered_by,
    'failure_reason', c.failure_reason, 'recording_url', c.recording_url, 'created_at', c.created_at)
$$;

-- The newest first, by when they began. p_from and p_to: from when (inclusive) to when (exclusive).
create function public.list_calls(
  p_actor public.orgline_actor, p_organization_id uuid, p_direction text, p_status text, p_contact_id uuid,
  p_from timestamptz, p_to timestamptz, p_limit integer, p_cursor uuid
) returns jsonb language sql stable security definer set search_path = '' as $$
  with visible as materialized (
    select (private.visible_organization(p_actor, p_organization_id)).id
  ), page as (
    select c from visible join orgline.calls c on c.organization_id = visible.id
    where (p_direction is null or c.direction = p_direction)
      and (p_status is null or c.status = p_status)
      and (p_contact_id is null or c.contact_id = (
        select coalesce(k.merged_into, k.id) from orgline.contacts k where k.organization_id = p_organization_id and k.id = p_contact_id))
      and (p_from is null or coalesce(c.started_at, c.created_at) >= p_from)
      and (p_to is null or coalesce(c.started_at, c.created_at) < p_to)
      and (p_cursor is null or (coalesce(c.started_at, c.created_at), c.id) < (
        select coalesce(k.started_at, k.created_at), k.id from orgline.calls k
        where k.organization_id = p_organization_id and k.id = p_cursor))
    order by coalesce(c.started_at, c.created_at) desc, c.id desc
    limit p_limit + 1
  )
  select private.page(coalesce((
    select jsonb_agg(private.call_record(page.c) order by coalesce((page.c).started_at, (page.c).created_at) desc, (page.c).id desc)
    from page), '[]'), p_limit)
  from visible
$$;

-- One call with its transcript.
create function public.get_call(p_actor public.orgline_actor, p_organization_id uuid, p_call_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_call orgline.calls;
begin
  perform private.visible_organization(p_actor, p_organization_id);
  select * into v_call from orgline.calls c where c.organization_id = p_organization_id and c.id = p_call_id;
  if not found then
    raise exception 'call_not_listed' using errcode = 'OL093', detail = jsonb_build_object('call_id', p_call_id);
  end if;
  return private.call_record(v_call) || jsonb_build_object('transcript', v_call.transcript);
end
$$;
