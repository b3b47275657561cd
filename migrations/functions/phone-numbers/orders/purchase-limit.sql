-- PURCHASE_DAILY_LIMIT, and the orders that wait for it.

-- Lets go of a leased order that would pass the limit. Null: it may go on. A candidate counts from
-- the day its purchase begins, however long ago it was chosen.
create function private.wait_for_purchase_limit(o orgline.number_orders, p_daily_limit integer) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_order orgline.number_orders;
begin
  perform private.lock_purchase_limit();
  if (select count(*) from orgline.number_order_attempts a
      where coalesce(a.buy_started_at, a.created_at) > now() - interval '1 day' and a.outcome in ('open', 'bought', 'abandoned')
        and not (a.order_id = o.id and a.outcome = 'open')) < p_daily_limit then
    return null;
  end if;
  perform private.notify('purchase_limit_reached', 'purchases', format(
    'The limit of %s purchases in 24 hours (PURCHASE_DAILY_LIMIT) is reached; order %s for %s waits, as do all that follow. '
      '1. GET /api/admin/orders?status=running shows who wants numbers. 2. Where it is right, raise PURCHASE_DAILY_LIMIT in '
      '.env and restart the server; where it is not, POST /api/admin/orders/<id>/cancel. Waiting orders go on by themselves '
      'once the limit lets them, and this resolves by itself when none waits any more.',
    p_daily_limit, o.id, private.order_for_whom(o.organization_id)));
  update orgline.number_orders
  set last_error = private.purchase_limit_error(), next_run_at = clock_timestamp() + interval '10 minutes',
    lease_token = null, lease_until = null, updated_at = now()
  where id = o.id returning * into v_order;
  perform private.refresh_batch(v_order.batch_id);
  return private.order_view(v_order);
end
$$;
