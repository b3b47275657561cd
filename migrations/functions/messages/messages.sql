-- Texts of an organization: sending them once, what is told of them, and reading them.

-- Before anything is sent: checks, and records the message under the caller's id. A repeat finds its
-- message and must not send again (`send` false), unless that one certainly was not sent. p_from: what the request chose, or null;
-- p_insists: it is wanted also where the same was asked for just now. p_text_turn_id: what an agent answers with it; null:
-- nothing, so that a person who sends it takes over from the agent, but where p_takes_over says that none does.
create function public.begin_message(
  p_id uuid, p_actor public.orgline_actor, p_organization_id uuid, p_to text, p_from text, p_insists boolean, p_body text,
  p_media jsonb, p_segments integer, p_lead_id text, p_request_id text, p_poll_ms integer, p_guard jsonb,
  p_text_turn_id uuid default null, p_takes_over boolean default true
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_takes_over boolean := p_takes_over and p_text_turn_id is null and p_actor ->> 'kind' <> 'system';
  v_organization orgline.organizations := private.visible_organization(p_actor, p_organization_id);
  v_outlay bigint := private.cost_of_text(p_segments, p_media, p_guard);
  v_choice record;
  v_number orgline.phone_numbers;
  v_opt_in_number text;
  v_contact_id uuid;
  v_message orgline.messages;
begin
  v_choice := private.choose_number(p_organization_id, 'text', p_to, p_from, null, false);
  v_number := v_choice.number;
  if not p_insists then
    perform private.refuse_repeated_text(v_organization, p_id, p_from, p_to, p_body, p_media);
  end if;
  perform private.guard_text(v_organization, p_id, p_to, p_segments, v_outlay, p_guard);
  -- First, as for whoever erases it: the contact, then what it has.
  v_contact_id := (private.upsert_contact(p_organization_id, p_to)).contact_id;
  if v_takes_over then
    perform from orgline.contacts c where c.id = v_contact_id for no key update;
  end if;
  select * into v_message from orgline.messages m where m.id = p_id and m.organization_id = p_organization_id for update;
  if v_message.id is not null and not private.is_not_sent(v_message) then
    return jsonb_build_object('send', false, 'message', private.message_view(v_message), 'messaging_service_sid', null);
  end if;
  perform private.refuse_erased(p_id);
  if p_text_turn_id is not null then
    perform private.require_turn(p_text_turn_id);
  end if;
  perform private.require_texting(v_organization, v_number, p_from);
  if private.is_of_deployment(p_to) then
    raise exception 'text_to_own_number' using errcode = 'OL082', detail = jsonb_build_object('number', p_to);
  end if;
  select private.opt_in_number(o, v_number) into v_opt_in_number from orgline.opt_outs o
  where o.organization_id = p_organization_id and o.phone_number = p_to;
  if found then
    raise exception 'customer_opted_out' using errcode = 'OL083',
      detail = jsonb_build_object('number', p_to, 'our_number', v_opt_in_number);
  end if;
  update orgline.contacts set lead_id = p_lead_id, updated_at = now() where id = v_contact_id and p_lead_id is not null;
  insert into orgline.messages as m (
    id, organization_id, organization_phone_number_id, contact_id, direction, from_number, number_reason, to_number, body, media,
    segments, lead_id, status, request_id, poll_at, counted_at, outlay, text_turn_id, takes_over)
  values (
    p_id, p_organization_id, v_choice.holding_id, v_contact_id, 'outbound', v_number.phone_number, v_choice.reason, p_to, p_body,
    p_media, p_segments, p_lead_id, 'queued', p_request_id,
    clock_timestamp() + make_interval(secs => p_poll_ms / 1000.0), clock_timestamp(), v_outlay, p_text_turn_id, v_takes_over)
  on conflict (id) do update set
    organization_phone_number_id = excluded.organization_phone_number_id, from_number = excluded.from_number,
    number_reason = excluded.number_reason, status = 'queued',
    error_code = null, failure_reason = null, poll_attempts = 0, poll_at = excluded.poll_at, updated_at = now(),
    counted_at = excluded.counted_at, outlay = excluded.outlay, takes_over = excluded.takes_over,
    -- Where its words were taken away, they are of now: should its answer be lost, it is looked for by them.
    body = excluded.body, media = excluded.media,
    created_at = case when m.body = '' and m.media = '[]' then excluded.created_at else m.created_at end
    where private.is_not_sent(m)
  returning * into v_message;
  if not found then
    -- Another server was faster with the same request.
    v_message := private.message_by_id(p_organization_id, p_id);
    return jsonb_build_object('send', false, 'message', private.message_view(v_message), 'messaging_service_sid', null);
  end if;
  if v_takes_over then
    perform private.take_over(v_contact_id);
  end if;
  perform private.note_traffic_of(v_number.id, now());
  perform private.audit(p_actor, 'begin_message', p_organization_id, p_id::text);
  perform private.spend_for_all(v_outlay, p_guard);
  return jsonb_build_object(
    'send', true, 'message', private.message_view(v_message), 'messaging_service_sid', case
      when v_number.messaging_service_joined then v_number.messaging_service_sid end);
end
$$;

-- message: as it is now; null when it was erased meanwhile with its contact.
create function public.record_message_sent(
  p_id uuid, p_sid text, p_status text, p_error_code text, p_failure text, p_reason text
) returns jsonb language plpgsql security definer set search_path = '' as $$
begin
  perform private.take_message_sid(p_id, p_sid, p_status, p_error_code, p_failure, p_reason);
  return jsonb_build_object('message', (select private.message_view(m) from orgline.messages m where m.id = p_id));
end
$$;

-- The request was refused (failed), or nobody can tell (unknown). A status that came meanwhile knows
-- more. message: as in record_message_sent.
create function public.record_message_not_sent(
  p_id uuid, p_status text, p_error_code text, p_failure text, p_reason text, p_poll_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_message orgline.messages;
begin
  perform private.lock_customer_of(p_id, null);
  update orgline.messages set
    status = p_status, error_code = p_error_code, failure_reason = p_reason, updated_at = now(),
    poll_at = case when p_status = 'unknown' then clock_timestamp() + make_interval(secs => p_poll_ms / 1000.0) end
  where id = p_id and provider_message_id is null;
  select * into v_message from orgline.messages m where m.id = p_id;
  if p_failure = 'opted_out' then
    perform private.opt_out_by_refusal(v_message);
  end if;
  perform private.undo_not_sent(v_message);
  return jsonb_build_object('message', case when v_message.id is not null then private.message_view(v_message) end);
end
$$;

-- What a text did that certainly was not sent is undone: it cost nothing, and nobody took over by it.
create function private.undo_not_sent(m orgline.messages) returns void
language plpgsql set search_path = '' as $$
begin
  if private.is_not_sent(m) then
    update orgline.messages set outlay = 0 where id = m.id;
    perform private.correct_spend(m.counted_at, -m.outlay);
    perform private.note_taken_over(m);
  end if;
end
$$;

-- What the carrier tells of a message, known by our own id or by the carrier's. Of a message that is
-- not known yet it is kept, and applied when that message appears. p_is_polled: no webhook told of it. result: applied,
-- duplicate or kept.
create function public.record_message_status(
  p_message_id uuid, p_sid text, p_status text, p_error_code text, p_failure text, p_reason text, p_is_polled boolean default false
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_message orgline.messages;
begin
  perform private.lock_message(p_sid);
  perform private.lock_customer_of(p_message_id, p_sid);
  select * into v_message from orgline.messages m
  where m.provider_message_id = p_sid or (m.id = p_message_id and m.provider_message_id is null and m.direction = 'outbound')
  order by (m.provider_message_id = p_sid) desc nulls last limit 1 for update;
  if not found and private.is_erased(array[p_sid, p_message_id::text]) then
    perform private.erase_message_sid(p_message_id, p_sid);
    return jsonb_build_object('result', 'duplicate');
  end if;
  if v_message.id is null then
    insert into orgline.webhook_events (event_key, kind, event)
    values (
      format('message:%s:%s', p_sid, p_status), 'message',
      jsonb_build_object('sid', p_sid, 'status', p_status, 'error_code', p_error_code, 'failure', p_failure, 'reason', p_reason))
    on conflict (event_key) do nothing;
    return jsonb_build_object('result', case when found then 'deferred' else 'duplicate' end);
  end if;
  if (private.advance_message(v_message.id, p_sid, p_status, p_error_code, p_failure, p_reason)).id is null then
    return jsonb_build_object('result', 'duplicate');
  end if;
  if p_is_polled then
    perform private.report_polled(v_message);
  end if;
  return jsonb_build_object('result', 'applied', 'organization_id', v_message.organization_id);
end
$$;

-- One more than a page. Planned for the values it is given: what is not asked for stands in no condition, and the
-- rest is found by an index. Of all customers, what is narrowed to a direction or a status is made of the newest in each
-- direction and status that is asked for: in the order of all texts, the few that are meant would be looked for among all.
create function private.messages_page(
  p_organization_id uuid, p_direction text, p_status text, p_contact_id uuid, p_from timestamptz, p_to timestamptz,
  p_limit integer, p_cursor text
) returns setof orgline.messages language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
  v_contact_id uuid := (
    select coalesce(k.merged_into, k.id) from orgline.contacts k where k.organization_id = p_organization_id and k.id = p_contact_id);
begin
  if p_contact_id is null and (p_direction is not null or p_status is not null) then
    return query
    select m.*
    from unnest(case when p_direction is null then private.directions() else array[p_direction] end) d(direction)
    cross join unnest(case when p_status is null then private.message_statuses() else array[p_status] end) s(status)
    cross join lateral (
      select e.* from orgline.messages e
      where e.organization_id = p_organization_id and e.direction = d.direction and e.status = s.status
        and (p_from is null or e.created_at >= p_from)
        and (p_to is null or e.created_at < p_to)
        and (p_cursor is null or (e.created_at, e.id) < (v_after, v_after_id))
      order by e.created_at desc, e.id desc
      limit p_limit + 1) m
    order by m.created_at desc, m.id desc
    limit p_limit + 1;
    return;
  end if;
  return query
  select m.* from orgline.messages m
  where m.organization_id = p_organization_id
    and (p_direction is null or m.direction = p_direction)
    and (p_status is null or m.status = p_status)
    and (p_contact_id is null or m.contact_id = v_contact_id)
    and (p_from is null or m.created_at >= p_from)
    and (p_to is null or m.created_at < p_to)
    and (p_cursor is null or (m.created_at, m.id) < (v_after, v_after_id))
  order by m.created_at desc, m.id desc
  limit p_limit + 1;
end
$$;

-- The newest first. p_from and p_to: from when (inclusive) to when (exclusive) they were recorded.
create function public.list_messages(
  p_actor public.orgline_actor, p_organization_id uuid, p_direction text, p_status text, p_contact_id uuid,
  p_from timestamptz, p_to timestamptz, p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.visible_organization(p_actor, p_organization_id);
  return (
    select private.page(coalesce(jsonb_agg(private.message_view(m) order by m.created_at desc, m.id desc), '[]'), p_limit)
    from private.messages_page(p_organization_id, p_direction, p_status, p_contact_id, p_from, p_to, p_limit, p_cursor) m);
end
$$;

-- The text behind an id of the organization's, or an error.
create function private.message_by_id(p_organization_id uuid, p_message_id uuid) returns orgline.messages
language plpgsql stable set search_path = '' as $$
declare
  v_message orgline.messages;
begin
  select * into v_message from orgline.messages m where m.id = p_message_id and m.organization_id = p_organization_id;
  if not found then
    raise exception 'message_unknown' using errcode = 'OL085', detail = jsonb_build_object('message_id', p_message_id);
  end if;
  return v_message;
end
$$;

-- One text.
create function public.get_message(p_actor public.orgline_actor, p_organization_id uuid, p_message_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.visible_organization(p_actor, p_organization_id);
  return private.message_view(private.message_by_id(p_organization_id, p_message_id));
end
$$;
