-- A text, and how far it has come. No status goes back.

-- When a message that the carrier has is looked up next, after so many attempts; null: not any more. Ever
-- further apart, the last almost 16 hours after it was sent: the carrier keeps none waiting for more
-- than ten (Twilio, error 90007, validity period). Beyond that, one that was sent may have no end to tell.
create function private.next_delivery_poll(p_polls integer) returns timestamptz
language sql set search_path = '' as $$
  select case when p_polls < 6 then clock_timestamp() + interval '15 minutes' * 2 ^ p_polls end
$$;

-- What this transaction tells of an outbound text was found by polling, and may have been so for long.
create function private.report_polled(m orgline.messages) returns void
language sql set search_path = '' as $$
  update orgline.events e set is_late = true
  where greatest(m.created_at, m.counted_at) < now() - interval '10 minutes'
    and e.organization_id = m.organization_id and e.xid = pg_current_xact_id()
    and e.facts ->> 'id' = m.id::text
$$;

-- The media of a text as they are shown. Of one that a customer sent, the address is a path of this server, which has
-- the credentials that open the carrier's; of one that we sent, the public one that was given.
create function private.media_shown(m orgline.messages) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'url', case m.direction
        when 'inbound' then '/api/organizations/' || m.organization_id || '/messages/' || m.id || '/media/' || (e.place - 1)
        else e.medium ->> 'url' end,
      'contentType', e.medium -> 'contentType') order by e.place), '[]')
    from jsonb_array_elements(m.media) with ordinality e(medium, place));
end
$$;

create function private.message_view(m orgline.messages) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', m.id, 'direction', m.direction, 'status', m.status, 'from', m.from_number, 'to', m.to_number,
    'contact_id', m.contact_id, 'lead_id', m.lead_id, 'body', m.body, 'media', private.media_shown(m), 'segments', m.segments,
    'message_sid', m.provider_message_id, 'error_code', m.error_code, 'failure_reason', m.failure_reason,
    'number_reason', m.number_reason, 'keyword', m.keyword,
    'late', private.is_late(m), 'created_at', m.created_at, 'updated_at', m.updated_at);
end
$$;

-- How far a message has come; none goes back. Carriers tell one of the last three; should they ever
-- tell two, the better news is the true one.
create function private.message_progress(p_status text) returns integer
language sql immutable as $$
  select array_position(array['unknown', 'queued', 'sending', 'sent', 'failed', 'undelivered', 'delivered'], p_status)
$$;

-- Refuses to text from a number (without an id: none was found) that is not the organization's own, live, and allowed to.
create function private.require_texting(o orgline.organizations, p_number orgline.phone_numbers, p_from text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if o.status <> 'active' then
    raise exception 'suspended_from_texting' using errcode = 'OL016', detail = jsonb_build_object('organization_id', o.id);
  end if;
  if p_number.id is null and p_from is not null then
    perform private.refuse_number(o.id, p_from, 'text');
  end if;
  if p_number.id is null then
    raise exception 'no_number_to_text_from' using errcode = 'OL080', detail = jsonb_build_object('organization_id', o.id);
  end if;
  if p_number.sms_status <> 'ready' then
    raise exception 'number_cannot_text' using errcode = 'OL081',
      detail = jsonb_build_object('number', p_number.phone_number, 'sms_status', p_number.sms_status, 'error', p_number.sms_error);
  end if;
end
$$;

-- Puts what is known of a message further: a status of the carrier's, its id and its error. Texts that
-- were not known to be sent take whatever the carrier tells.
create function private.advance_message(
  p_id uuid, p_sid text, p_status text, p_error_code text, p_failure text, p_reason text
) returns orgline.messages language plpgsql set search_path = '' as $$
declare
  v_message orgline.messages;
begin
  update orgline.messages m set
    provider_message_id = p_sid,
    status = p_status,
    error_code = p_error_code,
    failure_reason = p_reason,
    poll_attempts = case when m.provider_message_id is null then 0 else m.poll_attempts end,
    poll_at = case
      when p_status in ('failed', 'undelivered', 'delivered') then null
      when m.provider_message_id is null then private.next_delivery_poll(0)
      else m.poll_at end,
    updated_at = now()
  where m.id = p_id and m.direction = 'outbound'
    and (m.provider_message_id is null
      or m.provider_message_id = p_sid and private.message_progress(p_status) > private.message_progress(m.status))
  returning * into v_message;
  -- Told again it is no news.
  if v_message.id is not null and p_failure = 'opted_out' then
    perform private.opt_out_by_refusal(v_message);
  elsif v_message.id is not null and p_failure in ('unregistered', 'registration_pending') then
    perform private.note_unregistered(v_message, p_failure);
  end if;
  perform private.note_taken_over(v_message);
  return v_message;
end
$$;

-- The carrier has a message that was erased: it is erased there, and nothing that is told of it by its
-- own id is kept any more.
create function private.erase_message_sid(p_id uuid, p_sid text) returns void
language sql set search_path = '' as $$
  select private.erase_message(private.organization_of_erased(array[p_id::text, p_sid]), p_id, p_sid);
  delete from orgline.webhook_events w where w.kind = 'message' and w.event ->> 'sid' = p_sid
$$;

-- The carrier has the message, by this id. What was told of it before is applied now.
create function private.take_message_sid(
  p_id uuid, p_sid text, p_status text, p_error_code text, p_failure text, p_reason text
) returns void language plpgsql set search_path = '' as $$
declare
  v_deferred orgline.webhook_events;
begin
  -- Against a status that is being kept at this very moment.
  perform private.lock_message(p_sid);
  perform private.lock_customer_of(p_id, p_sid);
  -- Against an erasure of this very moment.
  perform from orgline.messages m where m.id = p_id for update;
  if not found and private.is_erased(array[p_id::text]) then
    perform private.erase_message_sid(p_id, p_sid);
    return;
  end if;
  perform private.advance_message(p_id, p_sid, p_status, p_error_code, p_failure, p_reason);
  for v_deferred in
    delete from orgline.webhook_events w where w.kind = 'message' and w.event ->> 'sid' = p_sid returning *
  loop
    perform private.advance_message(
      p_id, p_sid, v_deferred.event ->> 'status', v_deferred.event ->> 'error_code',
      v_deferred.event ->> 'failure', v_deferred.event ->> 'reason');
  end loop;
end
$$;
