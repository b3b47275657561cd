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

-- Which of these leases nobody has although their work is due: one question for the loops of a server, most of which
-- have nothing to do.
create function public.find_due_leases(p_names text[]) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
begin
  return jsonb_build_object('names', to_jsonb(array(
    select n.name from unnest(p_names) as n(name)
    where not exists (
      select from orgline.leases e where e.name = n.name and (e.lease_until > v_now or e.due_at > v_now)))));
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
-- state, as it is. p_error: why the run failed; null: it is finished, which ends what was told of the loop.
create function public.return_lease(p_name text, p_token uuid, p_again_ms integer, p_state jsonb, p_error text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.leases
  set token = null, lease_until = null, state = coalesce(p_state, state),
    succeeded_at = case when p_error is null and p_again_ms is not null then clock_timestamp() else succeeded_at end,
    last_error = case when p_again_ms is not null then p_error else last_error end,
    due_at = coalesce(clock_timestamp() + make_interval(secs => p_again_ms / 1000.0), due_at)
  where name = p_name and token = p_token;
  if not found then
    return jsonb_build_object('returned', false);
  end if;
  if p_error is null and p_again_ms is not null then
    perform private.resolve_notifications(array['loop_failing'], p_name, 'system');
  end if;
  return jsonb_build_object('returned', true);
end
$$;

-- Tells once of each of these loops ({name, every_ms}) that has not succeeded for three of its intervals, or
-- of minutes where it runs oftener. p_running_ms: for how long there is somebody to run them, because a loop
-- of a server that was away is only about to begin; one that has failed since (so it is due after that) is not.
create function public.report_failing_loops(p_loops jsonb, p_running_ms bigint) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_loop record;
  v_reported integer := 0;
begin
  for v_loop in
    select e.name, e.succeeded_at, e.last_error from orgline.leases e
    join jsonb_to_recordset(p_loops) as l(name text, every_ms bigint) on l.name = e.name
    where e.succeeded_at < clock_timestamp() - make_interval(secs => 3 * greatest(l.every_ms, 60000) / 1000.0)
      and (p_running_ms > 3 * greatest(l.every_ms, 60000)
        or (e.last_error is not null and e.due_at > clock_timestamp() - make_interval(secs => p_running_ms / 1000.0)))
      and not exists (
        select from orgline.admin_notifications n where n.type = 'loop_failing' and n.subject = e.name and n.status = 'pending')
    order by e.name
  loop
    perform private.notify('loop_failing', v_loop.name, jsonb_build_object(
      'loop', v_loop.name, 'since', v_loop.succeeded_at, 'error', v_loop.last_error));
    v_reported := v_reported + 1;
  end loop;
  return jsonb_build_object('reported', v_reported);
end
$$;
