-- Buying a number: the results of the steps `choose` and `buy`. What was sent to the carrier is looked up,
-- never repeated.

-- choose: takes the first candidate that nobody has, as `purchasing`. Two orders never take the
-- same one (unique index); an order never takes a candidate it has tried before.
-- result: chosen, none_free, limit (its budget of purchases is used up; the order waits), or suspended (so
-- is the organization; the order waits).
create function public.choose_number(p_order_id uuid, p_token uuid, p_candidates jsonb, p_daily_limits jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_candidate record;
  v_number_id uuid;
  v_waiting jsonb;
begin
  if private.is_suspended(v_order.organization_id) then
    return jsonb_build_object('result', 'suspended', 'order', private.park_order(p_order_id));
  end if;
  v_waiting := private.wait_for_purchase_limit(v_order, p_daily_limits);
  if v_waiting is not null then
    return jsonb_build_object('result', 'limit', 'order', v_waiting);
  end if;
  for v_candidate in
    select c.* from rows from (
      jsonb_to_recordset(p_candidates) as (phone_number text, country text, region text, area_code text, capabilities jsonb)
    ) with ordinality as c(phone_number, country, region, area_code, capabilities, position)
    where not exists (select from orgline.number_order_attempts a where a.order_id = p_order_id and a.phone_number = c.phone_number)
    order by c.position
  loop
    insert into orgline.phone_numbers (phone_number, country, region, area_code, capabilities, status)
    values (v_candidate.phone_number, v_candidate.country, v_candidate.region, v_candidate.area_code,
      v_candidate.capabilities, 'purchasing')
    on conflict (phone_number) where status not in ('released', 'failed') do nothing
    returning id into v_number_id;
    exit when v_number_id is not null;
  end loop;
  if v_number_id is null then
    return jsonb_build_object('result', 'none_free', 'order', private.order_view(v_order));
  end if;
  insert into orgline.number_order_attempts (order_id, phone_number_id, phone_number)
  values (p_order_id, v_number_id, v_candidate.phone_number);
  -- The attempts stay: candidates that come to nothing must not go on for ever.
  update orgline.number_orders
  set step = 'buy', phone_number_id = v_number_id, last_error = null, next_run_at = clock_timestamp(), updated_at = now()
  where id = p_order_id returning * into v_order;
  perform private.end_purchase_limit();
  perform private.note_half_of_budget(v_order.budget, p_daily_limits);
  return jsonb_build_object('result', 'chosen', 'order', private.order_view(v_order));
end
$$;

-- buy, before the request: commits that it may be sent. `first` is true only for a request that no
-- earlier one of this order for this number can have preceded. `parked`: nothing is to be sent, the
-- organization is suspended, the limit, reached since the number was chosen, is to be waited for, or the deployment
-- has moved away from p_public_url since. `ask_elevenlabs`: what it knows of the
-- number may be asked meanwhile; while it refuses our account, it is asked nothing.
create function public.begin_buy(
  p_order_id uuid, p_token uuid, p_lease_seconds integer, p_daily_limits jsonb, p_public_url text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_parked jsonb;
  v_first boolean;
begin
  if not private.is_current_deployment(p_public_url) then
    return jsonb_build_object('first', false, 'parked', private.leave_order_to_others(p_order_id), 'ask_elevenlabs', false);
  end if;
  if not exists (
    select from orgline.number_order_attempts a where a.order_id = p_order_id and a.outcome = 'open' and a.buy_started_at is not null) then
    v_parked := case when private.is_suspended(v_order.organization_id) then private.park_order(p_order_id)
      else private.wait_for_purchase_limit(v_order, p_daily_limits) end;
    if v_parked is not null then
      return jsonb_build_object('first', false, 'parked', v_parked, 'ask_elevenlabs', false);
    end if;
  end if;
  update orgline.number_orders
  set lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds),
    last_error = nullif(last_error, private.purchase_limit_error())
  where id = p_order_id;
  if v_order.last_error = private.purchase_limit_error() then
    perform private.end_purchase_limit();
  end if;
  update orgline.number_order_attempts set buy_started_at = clock_timestamp()
  where order_id = p_order_id and outcome = 'open' and buy_started_at is null;
  v_first := found;
  return jsonb_build_object('first', v_first, 'parked', null,
    'ask_elevenlabs', v_first and not private.is_paused(array['elevenlabs']));
end
$$;

-- buy, confirmed: the number is ours and belongs to the order's organization. With p_manual_import
-- the order stops here and tells a person, unless this server answers the organization's calls
-- (p_inbound_voice where it has not chosen), which needs no import. p_bought_at: since when it is paid
-- for, where that was not just now; null: now. A number bought for another address than all others point at by now
-- is due to be synced, and the order is left to a server that is there (p_public_url: this one).
create function public.record_bought(
  p_order_id uuid, p_token uuid, p_twilio_phone_sid text, p_capabilities jsonb, p_sms_status text, p_manual_import boolean,
  p_inbound_voice text,
  p_bought_at timestamptz, p_public_url text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_view jsonb;
begin
  -- A move makes due what is ours, which this number is only from now on: it waits for this, or is seen here.
  perform from orgline.deployment for share;
  update orgline.phone_numbers
  set status = 'purchased', twilio_phone_sid = p_twilio_phone_sid, capabilities = p_capabilities, sms_status = p_sms_status,
    updated_at = now(),
    bought_at = private.possible_purchase(p_bought_at, v_order.created_at),
    sync_due_at = case when private.is_current_deployment(p_public_url) then sync_due_at else clock_timestamp() end
  where id = v_order.phone_number_id;
  update orgline.number_order_attempts set outcome = 'bought' where order_id = p_order_id and outcome = 'open';
  if v_order.organization_id is not null then
    insert into orgline.organization_phone_numbers (organization_id, phone_number_id, bought_for_holder)
    values (v_order.organization_id, v_order.phone_number_id, v_order.cause in ('signup', 'organization', 'admin'));
  end if;
  -- Before the pauses: where it is to be imported manually, its batch tells of it.
  perform private.lock_batch(v_order.batch_id) where p_manual_import;
  perform private.account_accepted(array['twilio']);
  -- One that was found to be bought tells nothing of whether Twilio sells.
  perform private.end_purchase_trial(v_order, p_bought_at is null);
  v_view := private.advance_order(p_order_id, 'import');
  if p_manual_import and private.inbound_voice(v_order.organization_id, p_inbound_voice) = 'elevenlabs' then
    return private.manual_import(p_order_id, null);
  end if;
  return case when private.is_current_deployment(p_public_url) then v_view else private.leave_order_to_others(p_order_id) end;
end
$$;

-- buy, the answer is unknown and the number is not in our account (yet): it may still appear. The
-- candidate is abandoned only after two empty searches at least p_recheck_interval_ms apart, and the second
-- that is stops the order, with p_stop_error.
create function public.record_not_found(
  p_order_id uuid, p_token uuid, p_recheck_interval_ms integer, p_error text, p_stop_error text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_recheck_at timestamptz;
  v_given_up jsonb;
begin
  update orgline.number_order_attempts set first_not_found_at = coalesce(first_not_found_at, clock_timestamp())
  where order_id = p_order_id and outcome = 'open'
  returning first_not_found_at + make_interval(secs => p_recheck_interval_ms / 1000.0) into v_recheck_at;
  if v_recheck_at <= clock_timestamp() then
    v_given_up := public.give_up_candidate(p_order_id, p_token, 'abandoned', p_error);
    if (select count(*) from orgline.number_order_attempts a where a.order_id = p_order_id and a.outcome = 'abandoned') >= 2 then
      return private.stop_order(p_order_id, p_stop_error, false);
    end if;
    return v_given_up;
  end if;
  update orgline.number_orders
  set next_run_at = v_recheck_at, last_error = p_error, lease_token = null, lease_until = null, updated_at = now()
  where id = p_order_id returning * into v_order;
  perform private.notify_setup_delayed(v_order);
  return private.order_view(v_order);
end
$$;

-- buy, without success for this candidate: taken (somebody else's), refused (this number cannot be
-- bought), or abandoned (the answer stayed unknown). The order chooses again.
create function public.give_up_candidate(p_order_id uuid, p_token uuid, p_outcome text, p_error text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_attempts integer := v_order.attempts;
begin
  update orgline.number_order_attempts set outcome = p_outcome where order_id = p_order_id and outcome = 'open';
  update orgline.phone_numbers set status = 'failed', updated_at = now() where id = v_order.phone_number_id and status = 'purchasing';
  update orgline.number_orders
  set step = 'choose', phone_number_id = null, attempts = v_attempts + 1, last_error = p_error,
    next_run_at = clock_timestamp(), updated_at = now()
  where id = p_order_id returning * into v_order;
  return private.order_view(v_order);
end
$$;

-- Numbers of our account that carry the order's tag: bought by it, whatever is known here. The first
-- that nothing else here has is the order's, at the step `buy`, where it is looked up and recorded; a
-- candidate that it chose instead, and never asked for, is given up. taken: whether there was one.
create function public.take_up_bought_number(p_order_id uuid, p_token uuid, p_found jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_found record;
  v_number_id uuid;
begin
  for v_found in
    select f.* from jsonb_to_recordset(p_found) as f(
      phone_number text, country text, region text, area_code text, twilio_phone_sid text, capabilities jsonb, bought_at timestamptz)
    order by f.bought_at, f.phone_number
  loop
    v_number_id := private.number_to_take_up(v_order, v_found.phone_number, v_found.twilio_phone_sid);
    if v_number_id is null then
      insert into orgline.phone_numbers (phone_number, country, region, area_code, capabilities, status)
      select v_found.phone_number, v_found.country, v_found.region, v_found.area_code, v_found.capabilities, 'purchasing'
      where not exists (select from orgline.phone_numbers p where p.twilio_phone_sid = v_found.twilio_phone_sid)
      on conflict (phone_number) where status not in ('released', 'failed') do nothing
      returning id into v_number_id;
    end if;
    continue when v_number_id is null;
    update orgline.number_order_attempts set outcome = 'refused'
    where order_id = p_order_id and outcome = 'open' and phone_number <> v_found.phone_number;
    update orgline.phone_numbers set status = 'failed', updated_at = now()
    where id = v_order.phone_number_id and id <> v_number_id and status = 'purchasing';
    insert into orgline.number_order_attempts as a (order_id, phone_number_id, phone_number, buy_started_at)
    values (p_order_id, v_number_id, v_found.phone_number, private.possible_purchase(v_found.bought_at, v_order.created_at))
    on conflict (order_id, phone_number) do update
      set outcome = 'open', phone_number_id = excluded.phone_number_id, first_not_found_at = null,
        buy_started_at = coalesce(a.buy_started_at, excluded.buy_started_at);
    update orgline.number_orders set step = 'buy', phone_number_id = v_number_id, updated_at = now()
    where id = p_order_id returning * into v_order;
    return jsonb_build_object('taken', true, 'order', private.order_view(v_order));
  end loop;
  return jsonb_build_object('taken', false, 'order', private.order_view(v_order));
end
$$;

-- The row that the order, or one that was canceled, has for a number under its tag, to be bought again; null
-- where there is none, or the number was known under that SID, as somebody's or as released.
create function private.number_to_take_up(o orgline.number_orders, p_phone_number text, p_twilio_phone_sid text) returns uuid
language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  select p.* into v_number from orgline.phone_numbers p
  where p.phone_number = p_phone_number and (
    p.status = 'purchasing' or (p.status = 'failed' and exists (
      select from orgline.number_order_attempts a where a.order_id = o.id and a.phone_number_id = p.id)))
    and not exists (select from orgline.phone_numbers k where k.twilio_phone_sid = p_twilio_phone_sid)
    and not exists (
      select from orgline.phone_numbers k where k.phone_number = p_phone_number and k.id <> p.id and private.may_be_ours(k.status))
    and not exists (
      select from orgline.number_orders n where n.phone_number_id = p.id and n.id <> o.id and private.is_open_order(n.status))
  order by p.status desc, p.created_at desc limit 1 for update;
  update orgline.phone_numbers set status = 'purchasing', updated_at = now() where id = v_number.id and status = 'failed';
  return v_number.id;
end
$$;
