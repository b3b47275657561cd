-- A customer's texts and calls, in one sequence: the timeline and the export.

create function private.message_entry(m orgline.messages) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'id', m.id, 'channel', 'sms', 'direction', m.direction, 'status', m.status, 'at', m.created_at,
      'from', m.from_number, 'to', m.to_number, 'body', m.body, 'media', private.media_shown(m), 'segments', m.segments,
      'keyword', m.keyword, 'failure_reason', m.failure_reason, 'late', private.is_late(m)));
end
$$;

create function private.call_entry(c orgline.calls) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'id', c.id, 'channel', 'voice', 'direction', c.direction, 'status', c.status, 'at', coalesce(c.started_at, c.created_at),
      'from', c.from_number, 'to', c.to_number, 'summary', c.summary, 'outcome', c.outcome,
      'duration_seconds', c.duration_seconds, 'failure_reason', c.failure_reason, 'recording_url', private.recording_path(c)));
end
$$;

-- The newest first, after the place of the cursor. With p_transcripts a page ends early
-- rather than growing beyond some 2 MB as stored: transcripts may have 5 MB each.
create function private.contact_entries(c orgline.contacts, p_transcripts boolean, p_limit integer, p_cursor text) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return (
    with newest as (
      (select m.created_at as at, m.id, 0 as size from orgline.messages m
       where m.organization_id = c.organization_id and m.contact_id = c.id and (m.created_at, m.id) < (v_after, v_after_id)
       order by m.created_at desc, m.id desc limit p_limit + 1)
      union all
      (select coalesce(l.started_at, l.created_at), l.id, coalesce(pg_column_size(l.transcript), 0) from orgline.calls l
       where l.organization_id = c.organization_id and l.contact_id = c.id
         and (coalesce(l.started_at, l.created_at), l.id) < (v_after, v_after_id)
       order by coalesce(l.started_at, l.created_at) desc, l.id desc limit p_limit + 1)
    ), page as (
      select n.id, n.at, n.place, n.place <= p_limit and (not p_transcripts or n.before < 2000000) as fits
      from (
        select newest.id, newest.at, row_number() over w as place, sum(newest.size) over w - newest.size as before
        from newest window w as (order by newest.at desc, newest.id desc rows unbounded preceding)) n
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(
        case when m.id is not null and p_transcripts then private.message_entry(m)
            || jsonb_build_object('lead_id', m.lead_id, 'message_sid', m.provider_message_id, 'error_code', m.error_code)
          when m.id is not null then private.message_entry(m)
          when p_transcripts then private.call_entry(l)
            || jsonb_build_object(
              'lead_id', l.lead_id, 'agent_id', private.agent_to_show(l.organization_id, l.agent_id),
              'call_sid', l.provider_call_id, 'conversation_id', l.conversation_id,
              'cost', l.cost, 'transcript', l.transcript, 'collected', l.collected, 'evaluation', l.evaluation)
          else private.call_entry(l) end
        order by page.place) filter (where page.fits), '[]'),
      'next_cursor', case when bool_and(page.fits) then null else
        (array_agg(private.cursor_of(page.at, page.id) order by page.place desc) filter (where page.fits))[1] end)
    from page
    left join orgline.messages m on m.id = page.id and page.fits
    left join orgline.calls l on l.id = page.id and page.fits);
end
$$;

-- The texts and calls of a customer in one sequence; the newest first.
create function public.list_contact_timeline(
  p_actor public.orgline_actor, p_organization_id uuid, p_contact_id uuid, p_limit integer, p_cursor text
) returns jsonb language sql stable security definer set search_path = '' as $$
  select private.contact_entries(private.visible_contact(p_actor, p_organization_id, p_contact_id), false, p_limit, p_cursor)
$$;

-- One part of all that is kept of a contact. opted_out and do_not_call: which of its numbers want no
-- texts, or no calls, of this organization; the list for everybody is the operators'.
create function public.export_contact(
  p_actor public.orgline_actor, p_organization_id uuid, p_contact_id uuid, p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
declare
  v_contact orgline.contacts := private.visible_contact(p_actor, p_organization_id, p_contact_id);
begin
  return private.contact_entries(v_contact, true, p_limit, p_cursor) || jsonb_build_object(
    'contact', private.contact_view(v_contact),
    'opted_out', coalesce((
      select jsonb_agg(
        jsonb_build_object('phone_number', o.phone_number, 'our_number', o.our_number, 'word', o.word, 'at', o.created_at)
        order by o.created_at, o.id)
      from orgline.opt_outs o join orgline.contacts c on c.organization_id = o.organization_id and c.phone_number = o.phone_number
      where o.organization_id = p_organization_id and v_contact.id in (c.id, c.merged_into)), '[]'),
    'do_not_call', coalesce((
      select jsonb_agg(private.do_not_call_view(d) order by d.created_at, d.id)
      from orgline.do_not_call d join orgline.contacts c on c.organization_id = d.organization_id and c.phone_number = d.phone_number
      where d.organization_id = p_organization_id and v_contact.id in (c.id, c.merged_into)), '[]'));
end
$$;
