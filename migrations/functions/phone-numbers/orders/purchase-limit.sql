-- The daily budgets of purchases, and the orders that wait for them. An organization's first number, its
-- further ones and those of operators have a budget each, so that nobody's second number uses up
-- what the first of another needs.

-- A candidate counts from the day its purchase begins, however long ago it was chosen. p_besides: the order
-- whose own open candidate does not count.
create function private.purchases_of_budget(p_budget text, p_besides uuid) returns bigint
language sql stable set search_path = '' as $$
  select count(*) from orgline.number_order_attempts a join orgline.number_orders n on n.id = a.order_id
  where coalesce(a.buy_started_at, a.created_at) > now() - interval '1 day' and a.outcome in ('open', 'bought', 'abandoned')
    and n.budget = p_budget and (a.order_id is distinct from p_besides or a.outcome <> 'open')
$$;

-- Lets go of a leased order that would pass its budget (p_daily_limits: {first, further, operators}). Null: it
-- may go on.
create function private.wait_for_purchase_limit(o orgline.number_orders, p_daily_limits jsonb) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_limit bigint := (p_daily_limits ->> o.budget)::bigint;
  v_order orgline.number_orders;
begin
  perform private.lock_purchase_limit();
  if private.purchases_of_budget(o.budget, o.id) < v_limit then
    return null;
  end if;
  update orgline.number_orders
  set last_error = private.purchase_limit_error(), next_run_at = clock_timestamp() + interval '10 minutes',
    is_trial = false, lease_token = null, lease_until = null, updated_at = now()
  where id = o.id returning * into v_order;
  perform private.refresh_batch(v_order.batch_id);
  perform private.notify('purchase_limit_reached', 'purchases:' || o.budget, jsonb_build_object(
    'budget', o.budget, 'limit', v_limit, 'order_id', o.id, 'organization', private.organization_name(o.organization_id)));
  return private.order_view(v_order);
end
$$;

-- To be called when a candidate was chosen: whether that was the one that half of its budget went with.
create function private.note_half_of_budget(p_budget text, p_daily_limits jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_limit bigint := (p_daily_limits ->> p_budget)::bigint;
  v_count bigint := private.purchases_of_budget(p_budget, null);
begin
  if v_count * 2 >= v_limit and (v_count - 1) * 2 < v_limit then
    perform private.notify('budget_half_spent', 'purchases:' || p_budget, jsonb_build_object(
      'cause', 'purchases', 'budget', p_budget, 'count', v_count, 'limit', v_limit));
  end if;
end
$$;
