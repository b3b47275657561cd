-- Messages that the carrier is asked about: whether they were sent, and how they ended.

-- Taking them pushes their next look away, so that two servers do not look at the same ones. A message
-- that the carrier has is counted as looked at by that: it is read once each time, whatever comes of
-- it. A status whose message did not appear in a day is of none of ours.
create function public.claim_messages_to_poll(p_limit integer, p_again_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_messages jsonb;
begin
  delete from orgline.webhook_events where kind = 'message' and received_at < now() - interval '1 day';
  with due as (
    select m.id from orgline.messages m where m.poll_at <= v_now order by m.poll_at limit p_limit for update skip locked
  ), taken as (
    update orgline.messages m set
      poll_at = case
        when m.provider_message_id is null then v_now + make_interval(secs => p_again_ms / 1000.0)
        else private.next_delivery_poll(m.poll_attempts + 1) end,
      poll_attempts = m.poll_attempts + (m.provider_message_id is not null)::integer
    from due where m.id = due.id returning m
  )
  select coalesce(jsonb_agg(
    private.message_view((taken.m)) || jsonb_build_object('poll_failing', (taken.m).poll_failing_since is not null)), '[]')
  into v_messages from taken;
  return jsonb_build_object('messages', v_messages);
end
$$;

-- The carrier has messages that may be this one, the oldest first; the first that is not known to be
-- another is it. found: there is one.
create function public.record_message_found(p_id uuid, p_candidates jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_found jsonb;
begin
  perform private.lock_equal_messages(m.from_number, m.to_number) from orgline.messages m where m.id = p_id;
  select c.value into v_found from jsonb_array_elements(p_candidates) with ordinality as c(value, place)
  where not exists (select from orgline.messages m where m.provider_message_id = c.value ->> 'sid' and m.id <> p_id)
  order by c.place limit 1;
  if v_found is not null then
    perform private.take_message_sid(
      p_id, v_found ->> 'sid', v_found ->> 'status', v_found ->> 'error_code', v_found ->> 'failure',
      v_found ->> 'reason');
    perform private.report_polled(m) from orgline.messages m where m.id = p_id;
  end if;
  return jsonb_build_object('found', v_found is not null);
end
$$;

-- A look in vain; after p_max_polls of them the message counts as not sent.
create function public.count_message_poll(p_id uuid, p_max_polls integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_message orgline.messages;
begin
  perform private.lock_customer_of(p_id, null);
  update orgline.messages set
    poll_attempts = poll_attempts + 1,
    status = case when poll_attempts + 1 >= p_max_polls then 'failed' else status end,
    failure_reason = case when poll_attempts + 1 >= p_max_polls then 'text_unknown' else failure_reason end,
    poll_at = case when poll_attempts + 1 >= p_max_polls then null else poll_at end,
    updated_at = now()
  where id = p_id and provider_message_id is null and status in ('queued', 'unknown') returning * into v_message;
  perform private.undo_not_sent(v_message);
  perform private.report_polled(v_message);
  return jsonb_build_object('status', v_message.status);
end
$$;

-- A look for a text of unknown outcome failed though the carrier answers others. After an hour of nothing else a person
-- is told, once; after a day nobody looks any more, and it stays unknown whether the text was sent.
create function public.record_message_poll_failed(p_id uuid, p_error text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_message orgline.messages;
  v_is_over boolean;
  v_facts jsonb;
begin
  update orgline.messages set poll_failing_since = coalesce(poll_failing_since, now())
  where id = p_id and poll_at is not null and provider_message_id is null and status in ('queued', 'unknown')
  returning * into v_message;
  v_is_over := v_message.poll_failing_since < now() - interval '1 day';
  if v_is_over then
    update orgline.messages set status = 'unknown', poll_at = null, updated_at = now() where id = p_id;
  end if;
  if v_message.poll_failing_since < now() - interval '1 hour' then
    v_facts := private.facts_of_unread_outcome(v_message, p_error, v_is_over);
    if not private.revise_notification('sms_routing_failed', p_id::text, v_facts) then
      perform private.notify('sms_routing_failed', p_id::text, v_facts, v_message.organization_id, v_message.from_number);
    end if;
  end if;
  return jsonb_build_object('stopped', coalesce(v_is_over, false));
end
$$;

-- A look got an answer again.
create function public.end_message_poll_failing(p_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.messages set poll_failing_since = null where id = p_id;
  perform private.resolve_notifications(array['sms_routing_failed'], p_id::text, 'system');
  return '{}';
end
$$;
