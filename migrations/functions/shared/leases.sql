-- Who does the work of a loop at a time.

-- token is null where another server has the lease, or the work is not due; p_now takes it anyway due or not.
create function public.take_lease(p_name text, p_lease_ms integer, p_now boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_lease orgline.leases;
begin
  insert into orgline.leases (name) values (p_name) on conflict do nothing;
  update orgline.leases set token = gen_random_uuid(), lease_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
  where name = p_name and (lease_until is null or lease_until <= clock_timestamp()) and (p_now or due_at <= clock_timestamp())
  returning * into v_lease;
  return jsonb_build_object('token', v_lease.token, 'state', coalesce(v_lease.state, '{}'));
end
$$;

-- The work goes on: nobody else takes it for p_lease_ms.
create function public.renew_lease(p_name text, p_token uuid, p_lease_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.leases set lease_until = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
  where name = p_name and token = p_token;
  return jsonb_build_object('renewed', found);
end
$$;

-- Gives the lease back; the work is due again after p_again_ms. Null leaves when it is due, or the
-- state, as it is.
create function public.return_lease(p_name text, p_token uuid, p_again_ms integer, p_state jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.leases
  set token = null, lease_until = null, state = coalesce(p_state, state),
    due_at = coalesce(clock_timestamp() + make_interval(secs => p_again_ms / 1000.0), due_at)
  where name = p_name and token = p_token;
  return jsonb_build_object('returned', found);
end
$$;
