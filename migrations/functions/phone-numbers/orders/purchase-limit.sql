-- The daily budgets of purchases, and the orders that wait for them. An organization's first number, its
-- further ones and those of operators have a budget each, so that nobody's second number uses up
-- what the first of another needs.

-- PURCHASE_DAILY_LIMIT and its likes.
create function private.purchase_limit_setting(p_budget text) returns text
language sql immutable set search_path = '' as $$
  select 'PURCHASE_DAILY_LIMIT' || case p_budget when 'further' then '_FURTHER' when 'operators' then '_OPERATORS' else '' end
$$;

create function private.what_budget_buys(p_budget text) returns text
language sql immutable set search_path = '' as $$
  select case p_budget when 'first' then 'first numbers of organizations' when 'further' then 'further numbers of organizations'
    else 'numbers for operators' end
$$;

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
  perform private.notify('purchase_limit_reached', 'purchases:' || o.budget, format(
    'The limit of %1$s purchases in 24 hours (%2$s) is reached; order %3$s for %4$s waits, as do all that follow for %5$s. '
      '1. GET /api/admin/orders?status=running shows who wants numbers. 2. Where it is right, raise %2$s in '
      '.env and restart the server; where it is not, POST /api/admin/orders/<id>/cancel. Waiting orders go on by themselves '
      'once the limit lets them, and this resolves by itself when none waits any more.',
    v_limit, private.purchase_limit_setting(o.budget), o.id, private.order_for_whom(o.organization_id),
    private.what_budget_buys(o.budget)));
  update orgline.number_orders
  set last_error = private.purchase_limit_error(), next_run_at = clock_timestamp() + interval '10 minutes',
    lease_token = null, lease_until = null, updated_at = now()
  where id = o.id returning * into v_order;
  perform private.refresh_batch(v_order.batch_id);
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
    perform private.notify('budget_half_spent', 'purchases:' || p_budget, format(
      '%1$s of the %2$s purchases that 24 hours allow for %3$s (%4$s) are made or under way. Once all are, orders wait. '
        '1. GET /api/admin/orders shows who wanted them. 2. Where it is right, raise %4$s in .env and restart the server; where it '
        'is not, PATCH /api/organizations/<id> {"status": "suspended"}. 3. Resolve this notification.',
      v_count, v_limit, private.what_budget_buys(p_budget), private.purchase_limit_setting(p_budget)));
  end if;
end
$$;
