-- Orders that wait for a budget of purchases.

-- What an order that waits for the limit says.
create function private.purchase_limit_error() returns text
language sql immutable set search_path = '' as $$
  select 'purchase_limit_reached'
$$;

-- To be called when an order may have been the last that waited.
create function private.end_purchase_limit() returns void
language plpgsql set search_path = '' as $$
begin
  perform private.lock_purchase_limit();
  perform private.resolve_notifications(array['purchase_limit_reached'], 'purchases:' || b.budget, 'system')
  from unnest(array['first', 'further', 'operators']) b(budget)
  where not exists (
    select from orgline.number_orders n
    where n.status = 'running' and n.last_error = private.purchase_limit_error() and n.budget = b.budget);
end
$$;
