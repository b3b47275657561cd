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
  perform private.notify('order_needs_attention', o.batch_id::text, format(
    '%s of the %s numbers of batch %s could not be bought, which its answer could not tell yet. The last reason: %s. 1. Repair '
      'the cause: see Twilio Console > Monitor > Logs > Errors; where nothing is for sale, choose another areaCode. 2. POST '
      '/api/admin/phone-numbers/batch-purchase %s buys what is missing, under a new Idempotency-Key. 3. Resolve this '
      'notification. The batch''s own request, sent again under its Idempotency-Key, tells the reason of each.',
    v_failed, (select count(*) from orgline.number_orders n where n.batch_id = o.batch_id), o.batch_id, p_error,
    jsonb_strip_nulls(jsonb_build_object(
      'count', v_failed, 'country', o.country, 'areaCode', o.area_code, 'areaCodeOnly', case when o.area_code_only then true end))));
  perform private.time_batch_alerts(o.batch_id);
end
$$;

create function private.notify_setup_delayed(o orgline.number_orders) returns void
language sql set search_path = '' as $$
  select private.notify('phone_setup_failed', o.id::text, format(
      '%s is delayed at the step "%s": %s. Nothing to do: it is tried again by itself, and this resolves when the number is '
        'live. GET /api/admin/orders shows how far order %s is.',
      private.order_subject(o), o.step, o.last_error, o.id),
    o.organization_id, (select p.phone_number from orgline.phone_numbers p where p.id = o.phone_number_id))
  where not private.is_of_batch(o)
$$;

-- A failure that may pass: the step is tried again after p_delay_ms, or a person is asked once the
-- attempts are used up. p_not_sent: the purchase request was certainly not carried out. Of a number whose import is
-- held (may_presume_lost) a person is told with all others, and it is asked about until that is clear.
create function public.record_failure(
  p_order_id uuid, p_token uuid, p_error text, p_delay_ms integer, p_max_attempts integer, p_not_sent boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_held boolean := private.is_loss_held('import', v_order.phone_number_id);
begin
  perform private.forget_buy_request(p_order_id, p_not_sent);
  if v_order.attempts + 1 >= p_max_attempts and not v_held then
    return private.stop_order(p_order_id, p_error);
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

-- A failure that will not pass by itself.
create function public.record_permanent_failure(p_order_id uuid, p_token uuid, p_error text, p_not_sent boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.leased_order(p_order_id, p_token);
  perform private.forget_buy_request(p_order_id, p_not_sent);
  return private.stop_order(p_order_id, p_error);
end
$$;

-- Stops an order until a person acts. A number that only lacks its import is one a person can
-- manual import; everything else needs a look at the order.
create function private.stop_order(p_order_id uuid, p_error text) returns jsonb
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
  set status = 'needs_attention', last_error = p_error, lease_token = null, lease_until = null, updated_at = now()
  where id = p_order_id returning * into v_order;
  perform private.resolve_notifications(array['phone_setup_failed'], p_order_id::text, 'system');
  perform private.notify('order_needs_attention', p_order_id::text, format(
      '%s cannot be set up, the step "%s" failed: %s. 1. Repair the cause: %s. 2. POST /api/admin/orders/%s/retry%s. The order '
        'goes on at this step by itself; should it fail again, you are told again.',
      private.order_subject(v_order), v_order.step, p_error, private.where_to_repair(v_order), p_order_id,
      case when (private.order_view(v_order) ->> 'purchase_in_doubt')::boolean or v_order.step not in ('choose', 'buy') then ''
        else format('; or give up with POST /api/admin/orders/%s/cancel', p_order_id) end),
    v_order.organization_id, (select p.phone_number from orgline.phone_numbers p where p.id = v_order.phone_number_id));
  perform private.refresh_batch(v_order.batch_id);
  return private.order_view(v_order);
end
$$;

create function private.where_to_repair(o orgline.number_orders) returns text
language sql stable set search_path = '' as $$
  select case when o.step in ('choose', 'buy')
    then 'see Twilio Console > Monitor > Logs > Errors; where nothing is for sale, wait, or cancel and buy with another areaCode'
    else format(
      'compare Twilio Console > Phone Numbers > Active numbers > %1$s and ElevenLabs Dashboard > Phone Numbers > %1$s with '
        'what the step says',
      (select p.phone_number from orgline.phone_numbers p where p.id = o.phone_number_id)) end
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
  perform private.resolve_notifications(array['phone_setup_failed'], p_order_id::text, 'system');
  if v_order.batch_id is not null then
    perform private.refresh_batch(v_order.batch_id);
    return private.order_view(v_order);
  end if;
  select p.phone_number into v_number from orgline.phone_numbers p where p.id = v_order.phone_number_id;
  perform private.notify('elevenlabs_import_required', p_order_id::text, format(
      'Import %1$s to ElevenLabs dashboard and assign to agent, for %2$s. 1. ElevenLabs Dashboard > Phone Numbers > Import '
        'Phone Number > From Twilio: enter %1$s with our Twilio account''s SID and Auth Token. 2. Choose the agent, and copy '
        'the phone id (phnum_…). 3. POST /api/admin/phone-numbers/%1$s/activate {"elevenLabsPhoneId": "<phone id>"}. The '
        'number is then checked and live, its texts come back to us, and this resolves by itself.%3$s',
      v_number, private.order_for_whom(v_order.organization_id),
      case when p_error is null then '' else format(' Last attempt: %s.', p_error) end),
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
  v_until timestamptz := private.pause_all(p_carrier, p_pause_ms, p_error, true);
begin
  perform private.forget_buy_request(p_order_id, p_not_sent);
  update orgline.number_orders
  set last_error = p_error, next_run_at = v_until, lease_token = null, lease_until = null, updated_at = now()
  where id = p_order_id returning * into v_order;
  return private.order_view(v_order);
end
$$;
