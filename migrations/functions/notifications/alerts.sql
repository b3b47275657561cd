-- Notifications that are told to a chat.

-- Takes the next open notification that nobody was told of. Its due time, pushed away, is the lease:
-- a server that dies leaves it due again. One that was resolved meanwhile is told to nobody.
create function public.claim_alert(p_lease_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_row orgline.admin_notifications;
begin
  update orgline.admin_notifications n
  set alert_due_at = v_now + make_interval(secs => p_lease_ms / 1000.0), alert_attempts = n.alert_attempts + 1
  where n.id = (
    select d.id from orgline.admin_notifications d
    where d.alert_due_at <= v_now and d.status = 'pending'
    order by d.alert_due_at
    limit 1
    for update skip locked)
  returning * into v_row;
  return jsonb_build_object('claim', case when v_row.id is not null then jsonb_build_object(
    'notification', private.notification_view(v_row), 'lease', v_row.alert_due_at, 'attempts', v_row.alert_attempts) end);
end
$$;

-- It was delivered. That holds also where the lease was overtaken, so the lease is not asked for.
create function public.record_alerted(p_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.admin_notifications set alerted_at = clock_timestamp(), alert_due_at = null
  where id = p_id and alerted_at is null;
  return jsonb_build_object('recorded', found);
end
$$;

-- It was not delivered; p_delay_ms null: nor will it be tried again.
create function public.record_alert_failed(p_id uuid, p_lease timestamptz, p_delay_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.admin_notifications set alert_due_at = clock_timestamp() + make_interval(secs => p_delay_ms / 1000.0)
  where id = p_id and alert_due_at = p_lease;
  return jsonb_build_object('recorded', found);
end
$$;
