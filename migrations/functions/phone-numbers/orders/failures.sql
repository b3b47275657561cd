-- Orders that cannot go on for now, or without a person.

-- Counts an order that bought nothing into the one notification of its batch, unless the answer to the
-- batch tells of it. Called with the batch refreshed, and so locked.
create function private.report_batch_failure(o orgline.number_orders, p_error text) returns void
language plpgsql set search_path = '' as $$
declare
  v_failed integer;
begin
  -- The pool is refilled anew every hour, and its own notification tells what does not work.
  if o.cause <> 'batch' or o.answer_due_at > clock_timestamp() then
    return;
  end if;
  select n.occurrences into v_failed from orgline.admin_notifications n
  where n.type = 'order_needs_attention' and n.subject = o.batch_id::text and n.status = 'pending';
  v_failed := coalesce(v_failed, 0) + 1;
  perform private.notify('order_needs_attention', o.batch_id::text, jsonb_build_object(
    'cause', 'batch', 'batch_id', o.batch_id, 'failed', v_failed, 'error', p_error,
    'ordered', (select count(*) from orgline.number_orders n where n.batch_id = o.batch_id),
    'country', o.country, 'area_code', o.area_code, 'area_code_only', o.area_code_only));
  perform private.time_batch_alerts(o.batch_id);
end
$$;

create function private.notify_setup_delayed(o orgline.number_orders) returns void
language sql set search_path = '' as $$
  select private.notify('phone_setup_failed', o.id::text, jsonb_build_object(
      'cause', 'order', 'order_id', o.id, 'organization', private.organization_name(o.organization_id),
      'number', private.number_of_order(o), 'step', o.step, 'error', o.last_error),
    o.organization_id, private.number_of_order(o))
  where not private.is_of_batch(o)
$$;

-- A failure that may pass: the step is tried again after p_delay_ms, or a person is asked once the
-- attempts are used up. p_not_sent: the purchase request was certainly not carried out. Of a number whose import is
-- held (may_presume_lost) a person is told with all others, and it is asked about until that is clear. p_by_carrier: it is a
-- carrier's answer.
create function public.record_failure(
  p_order_id uuid, p_token uuid, p_error text, p_delay_ms integer, p_max_attempts integer, p_not_sent boolean,
  p_by_carrier boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_held boolean := private.is_loss_held('import', v_order.phone_number_id);
begin
  perform private.forget_buy_request(p_order_id, p_not_sent);
  if v_order.attempts + 1 >= p_max_attempts and not v_held then
    return private.stop_order(p_order_id, p_error, p_by_carrier);
  end if;
  update orgline.number_orders
  set attempts = least(attempts + 1, greatest(p_max_attempts - 1, 0)), last_error = p_error,
    next_run_at = clock_timestamp() + make_interval(secs => p_delay_ms / 1000.0),
    lease_token = null, lease_until = null, updated_at = now()
  where id = p_order_id returning * into v_order;
  if not v_held then
    perform private.notify_setup_delayed(v_order);
  end if;
  return private.order_view(v_order);
end
$$;

create function private.forget_buy_request(p_order_id uuid, p_not_sent boolean) returns void
language sql set search_path = '' as $$
  update orgline.number_order_attempts set buy_started_at = null
  where order_id = p_order_id and outcome = 'open' and p_not_sent
$$;

-- A failure that will not pass by itself. p_by_carrier: it is a carrier's answer, which may be another later.
create function public.record_permanent_failure(
  p_order_id uuid, p_token uuid, p_error text, p_not_sent boolean, p_by_carrier boolean
) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.leased_order(p_order_id, p_token);
  perform private.forget_buy_request(p_order_id, p_not_sent);
  return private.stop_order(p_order_id, p_error, p_by_carrier);
end
$$;

-- Stops an order until a person acts. A number that only lacks its import is one a person can
-- manual import; everything else needs a look at the order. One that a carrier's answer stopped (p_by_carrier) before it had
-- bought is tried again by sweeps (may_try_purchase).
create function private.stop_order(p_order_id uuid, p_error text, p_by_carrier boolean) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_order orgline.number_orders := private.find_order(p_order_id);
  v_view jsonb;
begin
  if v_order.step = 'import' then
    return private.manual_import(p_order_id, p_error);
  end if;
  if private.is_of_batch(v_order) and v_order.step in ('choose', 'buy') and not private.may_have_bought(p_order_id) then
    v_view := private.end_unbought_order(p_order_id, p_error);
    perform private.report_batch_failure(v_order, p_error);
    return v_view;
  end if;
  update orgline.number_orders
  set status = 'needs_attention', last_error = p_error, stopped_by_carrier = p_by_carrier, lease_token = null, lease_until = null,
    updated_at = now()
  where id = p_order_id returning * into v_order;
  -- What it met is its own matter.
  if not p_by_carrier then
    perform private.end_purchase_trial(v_order, false);
  end if;
  perform private.refresh_batch(v_order.batch_id);
  perform private.resolve_notifications(array['phone_setup_failed'], p_order_id::text, 'system');
  perform private.notify('order_needs_attention', p_order_id::text, jsonb_build_object(
      'cause', 'stopped', 'order_id', p_order_id, 'organization', private.organization_name(v_order.organization_id),
      'number', private.number_of_order(v_order), 'step', v_order.step, 'error', p_error,
      'may_cancel', v_order.step in ('choose', 'buy') and not (private.order_view(v_order) ->> 'purchase_in_doubt')::boolean),
    v_order.organization_id, private.number_of_order(v_order));
  return private.order_view(v_order);
end
$$;

create function private.manual_import(p_order_id uuid, p_error text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_order orgline.number_orders;
  v_number text;
begin
  update orgline.number_orders
  set status = 'needs_attention', last_error = p_error, lease_token = null, lease_until = null, updated_at = now()
  where id = p_order_id returning * into v_order;
  perform private.refresh_batch(v_order.batch_id);
  perform private.resolve_notifications(array['phone_setup_failed'], p_order_id::text, 'system');
  if v_order.batch_id is not null then
    return private.order_view(v_order);
  end if;
  v_number := private.number_of_order(v_order);
  perform private.notify('elevenlabs_import_required', p_order_id::text, jsonb_build_object(
      'number', v_number, 'organization', private.organization_name(v_order.organization_id), 'error', p_error),
    v_order.organization_id, v_number);
  return private.order_view(v_order);
end
$$;

-- The order that met the refusal is not at fault, so it is charged no attempt.
create function public.pause_carrier(
  p_order_id uuid, p_token uuid, p_carrier text, p_pause_ms integer, p_error text, p_not_sent boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_until timestamptz;
begin
  perform private.forget_buy_request(p_order_id, p_not_sent);
  v_until := private.pause_all(p_carrier, p_pause_ms, p_error, true);
  update orgline.number_orders
  set last_error = p_error, next_run_at = v_until, lease_token = null, lease_until = null, updated_at = now()
  where id = p_order_id returning * into v_order;
  return private.order_view(v_order);
end
$$;
