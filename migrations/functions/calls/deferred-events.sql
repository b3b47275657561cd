-- Ends of calls that fitted no call yet.

-- Tries the kept events that are due; one that fails does not keep the others from theirs. After a
-- day without a call a person is told, once.
create function public.retry_deferred_events(p_limit integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_due uuid[];
  v_deferred orgline.webhook_events;
  v_applied jsonb[] := '{}';
  v_ended uuid[] := '{}';
  v_erased jsonb[] := '{}';
  v_result jsonb;
  v_error text;
begin
  -- The call of such a status did not appear in a day: it is none of ours.
  delete from orgline.webhook_events where kind = 'call_status' and received_at < now() - interval '1 day';
  select array_agg(w.id) into v_due from (
    select k.id from orgline.webhook_events k where k.kind = 'call' and k.next_try_at <= v_now
    order by k.next_try_at limit p_limit for update skip locked) w;
  -- All contacts before any call, as for whoever erases one: each event locks its own call.
  perform from orgline.contacts c
  where c.id in (
    select coalesce(k.merged_into, k.id) from orgline.webhook_events w
    cross join lateral private.holding_of_event(w.event) h
    join orgline.contacts k on k.organization_id = h.organization_id and k.phone_number = w.event ->> 'customer'
    where w.id = any (v_due))
  order by c.id for key share;
  for v_deferred in
    select * from orgline.webhook_events w where w.id = any (v_due) order by w.next_try_at
  loop
    begin
      v_result := private.apply_call_event(v_deferred.event, v_deferred.received_at);
      v_error := null;
    exception when others then
      v_result := '{"result": "unknown_call"}';
      v_error := sqlerrm;
    end;
    if v_result ->> 'result' <> 'unknown_call' then
      delete from orgline.webhook_events where id = v_deferred.id;
      v_applied := v_applied || v_deferred.event;
      v_ended := v_ended || (v_result ->> 'call_id')::uuid;
      v_erased := v_erased || array(select v_deferred.event where v_result ->> 'result' = 'erased');
    elsif v_deferred.received_at < now() - interval '1 day' then
      perform private.notify(
        'post_call_missed', coalesce(v_deferred.event ->> 'our_number', v_deferred.event ->> 'conversation_id'),
        jsonb_build_object(
          'cause', 'report_dropped', 'conversation_id', v_deferred.event ->> 'conversation_id',
          'number', v_deferred.event ->> 'our_number', 'error', v_error),
        null, v_deferred.event ->> 'our_number');
      delete from orgline.webhook_events where id = v_deferred.id;
    else
      update orgline.webhook_events set next_try_at = clock_timestamp() + interval '1 minute' where id = v_deferred.id;
    end if;
  end loop;
  perform private.note_traffic(e) from unnest(v_applied) e;
  perform private.finalize_outlays(v_ended);
  perform private.end_erased_call(e) from unnest(v_erased) e;
  return jsonb_build_object('applied', cardinality(v_applied));
end
$$;
