-- Orders for operators: listing, retrying and canceling them.

-- An operator buys a number for an organization. A repeat finds its order, whatever has become of
-- the organization since.
create function public.create_number_order(p_actor public.orgline_actor, p_id uuid, p_organization_id uuid, p_cause text,
  p_country text, p_area_code text, p_area_code_only boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator(p_actor);
  if not exists (select from orgline.number_orders n where n.id = p_id) then
    perform private.organization_for_number(p_organization_id);
    perform private.audit(p_actor, 'create_number_order', p_organization_id, p_id::text);
  end if;
  return jsonb_build_object('order_id', private.create_order(p_id, p_organization_id, p_cause, p_country, p_area_code, p_area_code_only));
end
$$;

-- An order as it is now.
create function public.get_order(p_order_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.order_view(n) from orgline.number_orders n where n.id = p_order_id
$$;

-- One more than a page of all organizations' orders.
create function private.orders_page(p_status text, p_limit integer, p_cursor text) returns setof orgline.number_orders
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return query
  select n.* from orgline.number_orders n
  where (p_status is null or n.status = p_status) and (p_cursor is null or (n.created_at, n.id) < (v_after, v_after_id))
  order by n.created_at desc, n.id desc
  limit p_limit + 1;
end
$$;

-- Of all organizations, for operators; the newest first.
create function public.list_orders(p_status text, p_limit integer, p_cursor text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select private.page(coalesce(jsonb_agg(private.order_view(n) order by n.created_at desc, n.id desc), '[]'), p_limit)
  from private.orders_page(p_status, p_limit, p_cursor) n
$$;

-- Of one organization, for operators; the newest first.
create function public.list_orders_of_organization(p_organization_id uuid, p_status text, p_limit integer, p_cursor text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return (
    with page as (
      select n from orgline.number_orders n
      where n.organization_id = p_organization_id and (p_status is null or n.status = p_status)
        and (n.created_at, n.id) < (v_after, v_after_id)
      order by n.created_at desc, n.id desc
      limit p_limit + 1
    )
    select private.page(coalesce(
      jsonb_agg(private.order_view(page.n) order by (page.n).created_at desc, (page.n).id desc), '[]'), p_limit)
    from page);
end
$$;

-- Puts an order that waits for a person back to work, at the step where it stopped.
create function public.retry_order(p_actor public.orgline_actor, p_order_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders;
begin
  perform private.require_operator(p_actor);
  v_order := private.find_order(p_order_id);
  if not private.is_open_order(v_order.status) then
    raise exception 'order_not_to_retry' using errcode = 'OL009',
      detail = jsonb_build_object('order_id', p_order_id, 'status', v_order.status);
  end if;
  update orgline.number_orders set status = 'running', attempts = 0, next_run_at = least(next_run_at, clock_timestamp()), updated_at = now()
  where id = p_order_id returning * into v_order;
  perform private.resolve_notifications(array['order_needs_attention'], p_order_id::text, 'system');
  perform private.audit(p_actor, 'retry_order', v_order.organization_id, p_order_id::text);
  return private.order_view(v_order);
end
$$;

-- Only an order that has bought nothing can be canceled: what is paid for must stay accounted for.
create function public.cancel_order(p_actor public.orgline_actor, p_order_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders;
begin
  perform private.require_operator(p_actor);
  v_order := private.find_order(p_order_id);
  if v_order.status = 'canceled' then
    return private.order_view(v_order);
  end if;
  if v_order.lease_until > clock_timestamp() then
    raise exception 'order_being_run' using errcode = 'OL012', detail = jsonb_build_object('order_id', p_order_id);
  end if;
  if v_order.status = 'done' or v_order.step not in ('choose', 'buy') then
    raise exception 'order_has_bought' using errcode = 'OL009', detail = jsonb_build_object('order_id', p_order_id);
  end if;
  if exists (select from orgline.number_order_attempts a where a.order_id = p_order_id and a.outcome = 'open'
    and a.buy_started_at is not null) then
    raise exception 'order_may_have_bought' using errcode = 'OL009', detail = jsonb_build_object('order_id', p_order_id);
  end if;
  perform private.audit(p_actor, 'cancel_order', v_order.organization_id, p_order_id::text, p_takes_away => true);
  return private.end_unbought_order(p_order_id, v_order.last_error);
end
$$;
