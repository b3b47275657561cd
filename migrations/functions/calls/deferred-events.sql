-- Ends of calls that fitted no call yet.

-- Whether an error says nothing of what was asked: a collision with others, or a database that is short of something.
create function private.is_passing(p_sqlstate text) returns boolean
language sql immutable as $$
  select left(p_sqlstate, 2) in ('08', '40', '53', '55', '57', '58')
$$;

-- After a day without a call a person is told, once.
create function private.keep_deferred_event(p_id uuid, p_event jsonb, p_received_at timestamptz, p_error text) returns void
language plpgsql set search_path = '' as $$
declare
  v_number text := p_event ->> 'our_number';
begin
  if p_received_at >= now() - interval '1 day' then
    update orgline.webhook_events set next_try_at = clock_timestamp() + interval '1 minute' where id = p_id;
    return;
  end if;
  perform private.notify(
    'post_call_missed', coalesce(v_number, p_event ->> 'conversation_id'),
    jsonb_build_object(
      'cause', 'report_dropped', 'conversation_id', p_event ->> 'conversation_id', 'number', v_number, 'error', p_error),
    null, v_number);
  delete from orgline.webhook_events where id = p_id;
end
$$;

-- The kept event that has been due for the longest, and that nobody else is at; nulls where none is. Not its transcript,
-- which is read once it is stored.
create function private.next_deferred_event(
  p_now timestamptz, out id uuid, out event jsonb, out received_at timestamptz, out next_try_at timestamptz
) language sql set search_path = '' as $$
  select w.id, w.event, w.received_at, w.next_try_at from orgline.webhook_events w
  where w.kind = 'call' and w.next_try_at <= p_now
  order by w.next_try_at limit 1 for update skip locked
$$;

-- Has the others go first for a minute, where the next one could not be tried: whatever keeps one from that (somebody
-- holds its contact, the database is short of something) does not keep the others. One that was due again a day after it came has been
-- tried for that long, and a person is told (p_error).
create function public.put_off_deferred_event(p_error text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_deferred record;
begin
  select * into v_deferred from private.next_deferred_event(clock_timestamp());
  if v_deferred.next_try_at > v_deferred.received_at + interval '1 day' then
    perform private.keep_deferred_event(v_deferred.id, v_deferred.event, v_deferred.received_at, p_error);
  else
    update orgline.webhook_events set next_try_at = clock_timestamp() + interval '1 minute' where id = v_deferred.id;
  end if;
  return '{}';
end
$$;

-- Tries the kept event that has been due for the longest. Each is a transaction of its own, which takes its locks as the
-- event's webhook does: two of several events would wait for each other's customers (0050_seen_as.sql). One that fails does
-- not keep the others from theirs; a collision is no failure of it, and repeats the whole.
-- result: none (nothing is due), kept (tried again later, or a person was told; error: why it failed), or applied.
create function public.retry_deferred_event() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_deferred record;
  v_event jsonb;
  v_result jsonb;
  v_error text;
begin
  select * into v_deferred from private.next_deferred_event(clock_timestamp());
  if v_deferred.id is null then
    -- The call of such a status did not appear in a day: it is none of ours.
    delete from orgline.webhook_events where kind = 'call_status' and received_at < now() - interval '1 day';
    return '{"result": "none"}';
  end if;
  v_event := v_deferred.event;
  -- The contact before the call, as for whoever erases it.
  perform from orgline.contacts c
  where c.id in (
    select coalesce(k.merged_into, k.id) from private.holding_of_event(v_event) h
    join orgline.contacts k on k.organization_id = h.organization_id and k.phone_number = v_event ->> 'customer')
  for key share;
  begin
    v_result := private.apply_call_event(
      v_event, (select w.transcript from orgline.webhook_events w where w.id = v_deferred.id), v_deferred.received_at);
  exception when others then
    if private.is_passing(sqlstate) then
      raise;
    end if;
    v_result := '{"result": "unknown_call"}';
    v_error := sqlerrm;
  end;
  if v_result ->> 'result' = 'unknown_call' then
    perform private.keep_deferred_event(v_deferred.id, v_event, v_deferred.received_at, v_error);
    return jsonb_strip_nulls(jsonb_build_object('result', 'kept', 'error', v_error));
  end if;
  delete from orgline.webhook_events where id = v_deferred.id;
  perform private.note_traffic(v_event);
  perform private.finalize_outlays(array(select (v_result ->> 'call_id')::uuid where v_result ->> 'call_id' is not null));
  if v_result ->> 'result' = 'erased' then
    perform private.end_erased_call(v_event);
  end if;
  return '{"result": "applied"}';
end
$$;
