-- Orders that stopped, and are tried once more.

-- These orders, which are locked, go on at once, with all their attempts; answers how many. p_is_trial: whether they
-- try what the others wait for; null: as before.
create function private.resume_orders(p_ids uuid[], p_is_trial boolean default null) returns integer
language plpgsql set search_path = '' as $$
declare
  v_orders integer;
begin
  update orgline.number_orders n
  set status = 'running', attempts = 0, is_trial = coalesce(p_is_trial, n.is_trial), next_run_at = clock_timestamp(), updated_at = now()
  where n.id = any (p_ids);
  get diagnostics v_orders = row_count;
  return v_orders;
end
$$;
