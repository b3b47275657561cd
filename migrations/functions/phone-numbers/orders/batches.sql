-- Batch purchases, and what is told of them.

-- The caller chooses the id, so that a repeated request finds its batch and does not make another.
-- p_answer_ms: how long the request may take to answer (answer_batch).
create function public.create_batch(
  p_actor public.orgline_actor, p_id uuid, p_country text, p_area_code text, p_area_code_only boolean, p_count integer, p_answer_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator(p_actor);
  perform private.lock_batch(p_id);
  if not exists (select from orgline.number_orders n where n.batch_id = p_id) then
    perform private.order_for_pool(
      p_id, 'batch', p_country, p_area_code, p_area_code_only, p_count, clock_timestamp() + make_interval(secs => p_answer_ms / 1000.0));
    perform private.audit(p_actor, 'create_batch', null, p_id::text, jsonb_build_object('count', p_count, 'area_code', p_area_code));
  end if;
  return public.get_batch(p_id);
end
$$;

-- The batch as its request answers it. What fails from now on, that answer cannot tell: an order that
-- is failing at this moment is waited for, and either is in it or finds itself answered.
create function public.answer_batch(p_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.number_orders set answer_due_at = null where batch_id = p_id and status = 'running' and answer_due_at is not null;
  return public.get_batch(p_id);
end
$$;

-- paused_until: no order is tried before, because a carrier refuses our account.
create function public.get_batch(p_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'orders', coalesce(jsonb_agg(private.order_view(n) order by n.id), '[]'),
    'paused_until', (select max(c.until) from orgline.carrier_pauses c where c.until > clock_timestamp()))
  from orgline.number_orders n where n.batch_id = p_id
$$;
