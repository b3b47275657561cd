-- An order for a number: how it is made, shown and described.

create function private.order_for_pool(
  p_batch_id uuid, p_cause text, p_country text, p_area_code text, p_area_code_only boolean, p_count integer, p_answer_due_at timestamptz
) returns void language sql set search_path = '' as $$
  insert into orgline.number_orders (batch_id, cause, country, area_code, area_code_only, answer_due_at)
  select p_batch_id, p_cause, private.country_to_buy(p_country), p_area_code, p_area_code_only, p_answer_due_at
  from generate_series(1, p_count)
$$;

-- Keeps the notifications about a batch up to date; whoever ends or stops an order of a batch, or lets
-- one wait, calls this. The one about the numbers that wait for a manual import lists those, and is
-- resolved when none does. p_batch_id null: an order of its own, which has its own notifications.
create function private.refresh_batch(p_batch_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_numbers jsonb;
  v_error text;
begin
  if p_batch_id is null then
    return;
  end if;
  perform private.lock_batch(p_batch_id);
  select jsonb_agg(p.phone_number order by p.phone_number), max(n.last_error) into v_numbers, v_error
  from orgline.number_orders n join orgline.phone_numbers p on p.id = n.phone_number_id
  where n.batch_id = p_batch_id and n.status = 'needs_attention' and n.step = 'import';
  if v_numbers is null then
    perform private.resolve_notifications(array['batch_import_required'], p_batch_id::text, 'system');
  else
    perform private.notify_state(
      'batch_import_required', p_batch_id::text, jsonb_build_object('numbers', v_numbers, 'error', v_error), v_numbers);
  end if;
  perform private.time_batch_alerts(p_batch_id);
end
$$;

-- Whoever is alerted to a batch is to hear of all of it, so that is due once no order of it may add
-- anything. Those that wait for the limit of purchases may wait for a day, and are not waited for.
create function private.time_batch_alerts(p_batch_id uuid) returns void
language sql set search_path = '' as $$
  update orgline.admin_notifications
  set alert_due_at = case when not exists (
    select from orgline.number_orders n
    where n.batch_id = p_batch_id and n.status = 'running' and n.last_error is distinct from private.purchase_limit_error())
    then clock_timestamp() end
  where type in ('batch_import_required', 'order_needs_attention') and subject = p_batch_id::text and status = 'pending'
    and alerted_at is null and alert_attempts = 0
$$;

-- A batch tells of its orders itself: nobody else waits for one of them.
create function private.is_of_batch(o orgline.number_orders) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return o.cause in ('batch', 'replenish');
end
$$;

-- Null: it has none yet.
create function private.number_of_order(o orgline.number_orders) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (select p.phone_number from orgline.phone_numbers p where p.id = o.phone_number_id);
end
$$;

-- A purchase of the order went unanswered, of whichever candidate.
create function private.may_have_bought(p_order_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (
    select exists (
      select from orgline.number_order_attempts a
      where a.order_id = p_order_id and (a.outcome = 'abandoned' or (a.outcome = 'open' and a.buy_started_at is not null))));
end
$$;

-- Everything the pipeline needs to know about an order, in one object.
create function private.order_view(o orgline.number_orders) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', o.id, 'cause', o.cause, 'batch_id', o.batch_id, 'step', o.step, 'status', o.status, 'attempts', o.attempts,
    'organization_id', o.organization_id,
    'organization_name', (select g.name from orgline.organizations g where g.id = o.organization_id),
    'country', o.country, 'area_code', o.area_code, 'area_code_only', o.area_code_only,
    -- The agent its number is for, or has already; null: the deployment's.
    'agent_id', coalesce(private.own_agent(o.agent_id), (
      select private.own_agent(p.agent_id) from orgline.phone_numbers p where p.id = o.phone_number_id)),
    'last_error', o.last_error, 'next_run_at', o.next_run_at, 'lease_token', o.lease_token,
    'created_at', o.created_at, 'updated_at', o.updated_at,
    'tag', 'orgline:' || (select d.id from orgline.deployment d) || ':' || o.id,
    'phone', (select private.phone_number_view(p) from orgline.phone_numbers p where p.id = o.phone_number_id),
    'purchase_in_doubt', exists (
      select from orgline.number_order_attempts a where a.order_id = o.id and a.outcome = 'open' and a.buy_started_at is not null),
    'abandoned', (
      select coalesce(jsonb_agg(a.phone_number), '[]') from orgline.number_order_attempts a where a.order_id = o.id
        and a.outcome = 'abandoned'));
end
$$;

-- Where a number is bought for somebody who did not say where.
create function private.country_to_buy(p_country text) returns text
language sql immutable as $$
  select coalesce(p_country, 'US')
$$;

-- What its purchase counts for: an organization's first number, whatever it was signed up for; one more; or
-- what an operator decided.
create function private.budget_of_order(p_organization_id uuid, p_cause text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case
      when p_cause not in ('signup', 'organization') then 'operators'
      when exists (select from orgline.organization_phone_numbers h where h.organization_id = p_organization_id)
        or exists (
          select from orgline.number_orders n where n.organization_id = p_organization_id and private.is_open_order(n.status))
        then 'further'
      else 'first' end);
end
$$;

-- The caller chooses the id, so that a repeated request finds its order and does not make another.
create function private.create_order(
  p_id uuid, p_organization_id uuid, p_cause text, p_country text, p_area_code text, p_area_code_only boolean, p_agent_id text default null
) returns uuid language plpgsql set search_path = '' as $$
begin
  insert into orgline.number_orders (id, organization_id, cause, country, area_code, area_code_only, agent_id, budget)
  values (p_id, p_organization_id, p_cause, private.country_to_buy(p_country), p_area_code, p_area_code_only, p_agent_id,
    private.budget_of_order(p_organization_id, p_cause))
  on conflict (id) do nothing;
  if not found and not exists (
    select from orgline.number_orders n where n.id = p_id and n.organization_id = p_organization_id and n.cause = p_cause) then
    raise exception 'key_of_another_request' using errcode = 'OL013';
  end if;
  return p_id;
end
$$;

-- Locks an order for one result. A worker whose lease was taken over must not record anything.
create function private.leased_order(p_order_id uuid, p_token uuid) returns orgline.number_orders
language plpgsql set search_path = '' as $$
declare
  v_order orgline.number_orders;
begin
  select * into v_order from orgline.number_orders n where n.id = p_order_id and n.lease_token = p_token for update;
  if not found then
    raise exception 'order_lease_lost' using errcode = 'OL006', detail = jsonb_build_object('order_id', p_order_id);
  end if;
  return v_order;
end
$$;

-- The next step. Where the carrier that it needs refuses our account, it waits for that, and is worked on no more.
create function private.advance_order(p_order_id uuid, p_step text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_order orgline.number_orders;
begin
  update orgline.number_orders
  set step = p_step, attempts = 0, last_error = null, next_run_at = clock_timestamp(), updated_at = now()
  where id = p_order_id returning * into v_order;
  update orgline.number_orders
  set next_run_at = c.until, last_error = c.reason, lease_token = null, lease_until = null
  from orgline.carrier_pauses c
  where number_orders.id = p_order_id and c.until > clock_timestamp() and c.carrier = any (private.carriers_of_order(v_order));
  return private.order_view(private.find_order(p_order_id));
end
$$;

create function private.find_order(p_order_id uuid) returns orgline.number_orders
language plpgsql set search_path = '' as $$
declare
  v_order orgline.number_orders;
begin
  select * into v_order from orgline.number_orders n where n.id = p_order_id for update;
  if not found then
    raise exception 'order_unknown' using errcode = 'OL008', detail = jsonb_build_object('order_id', p_order_id);
  end if;
  return v_order;
end
$$;

-- The candidate of the order, if it has one, was certainly not bought.
create function private.end_unbought_order(p_order_id uuid, p_error text) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_order orgline.number_orders := private.find_order(p_order_id);
begin
  -- Before the candidate, as whoever chooses one does: it waits for this one while holding the limit.
  perform private.lock_purchase_limit();
  update orgline.number_order_attempts set outcome = 'refused' where order_id = p_order_id and outcome = 'open';
  update orgline.phone_numbers set status = 'failed', updated_at = now() where id = v_order.phone_number_id and status = 'purchasing';
  update orgline.number_orders
  set status = 'canceled', step = 'choose', phone_number_id = null, last_error = p_error, lease_token = null,
    lease_until = null, updated_at = now()
  where id = p_order_id returning * into v_order;
  perform private.lock_batch(v_order.batch_id);
  perform private.end_order_refusals();
  perform private.resolve_notifications(array['phone_setup_failed', 'order_needs_attention'], p_order_id::text, 'system');
  perform private.end_purchase_limit();
  perform private.refresh_batch(v_order.batch_id);
  return private.order_view(v_order);
end
$$;

-- Ends the open orders of a number that is given up; none may be worked on at this moment.
create function private.cancel_orders_of(p orgline.phone_numbers) returns void
language plpgsql set search_path = '' as $$
declare
  v_orders orgline.number_orders[];
begin
  with canceled as (
    update orgline.number_orders
    set status = 'canceled', last_error = 'number_released', lease_token = null, lease_until = null, updated_at = now()
    where phone_number_id = p.id and private.is_open_order(status) and (lease_until is null or lease_until <= clock_timestamp())
    returning number_orders
  )
  select array_agg(c.number_orders) into v_orders from canceled c;
  if exists (select from orgline.number_orders n where n.phone_number_id = p.id and private.is_open_order(n.status)) then
    raise exception 'number_being_set_up' using errcode = 'OL012', detail = jsonb_build_object('number', p.phone_number);
  end if;
  -- At most one of them is of a batch: the one that bought the number.
  perform private.lock_batch(o.batch_id) from unnest(v_orders) o;
  perform private.end_order_refusals();
  perform private.resolve_notifications(
    array['phone_setup_failed', 'order_needs_attention', 'elevenlabs_import_required'], o.id::text, 'system')
  from unnest(v_orders) o;
  perform private.refresh_batch(o.batch_id) from unnest(v_orders) o;
end
$$;
