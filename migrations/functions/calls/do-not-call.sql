-- Customers who must not be called: lists of organizations, and the one for everybody.

create function private.do_not_call_view(d orgline.do_not_call) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', d.id, 'phone_number', d.phone_number, 'reason', d.reason, 'created_by', d.created_by,
    'heard_in_call', d.heard_in_call, 'created_at', d.created_at);
end
$$;

-- Of an organization, or, where that is null, of the list for everybody; the newest first.
create function private.do_not_call_page(p_organization_id uuid, p_phone_number text, p_limit integer, p_cursor text) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  return (
    with page as (
      select d from orgline.do_not_call d
      -- Said twice, because no index finds what is not distinct.
      where (d.organization_id = p_organization_id or p_organization_id is null and d.organization_id is null)
        and (p_phone_number is null or d.phone_number = p_phone_number)
        and (p_cursor is null or (d.created_at, d.id) < (v_after, v_after_id))
      order by d.created_at desc, d.id desc
      limit p_limit + 1
    )
    select private.page(coalesce(
      jsonb_agg(private.do_not_call_view(page.d) order by (page.d).created_at desc, (page.d).id desc), '[]'), p_limit)
    from page);
end
$$;

-- A number that is there already stays as it is, but for a reason that is given; is_same: in that too. One of
-- ours is no customer's.
create function private.enter_do_not_call(
  p_organization_id uuid, p_phone_number text, p_reason text, p_created_by uuid
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_entered jsonb;
begin
  perform private.require_customer(p_phone_number);
  -- One statement, so that it is not taken off the list in between. A row that was there has an xmax.
  insert into orgline.do_not_call as d (organization_id, phone_number, reason, created_by)
  values (p_organization_id, p_phone_number, p_reason, p_created_by)
  on conflict (organization_id, phone_number) do update set reason = excluded.reason
  where excluded.reason is not null and excluded.reason is distinct from d.reason
  returning jsonb_build_object('created', d.xmax = 0, 'is_same', false, 'entry', private.do_not_call_view(d)) into v_entered;
  if v_entered is null then
    -- What the statement before found, it has locked.
    select jsonb_build_object('created', false, 'is_same', true, 'entry', private.do_not_call_view(d)) into v_entered
    from orgline.do_not_call d where d.organization_id is not distinct from p_organization_id and d.phone_number = p_phone_number;
  end if;
  return v_entered;
end
$$;

-- removed: false for a number that was not there. id: of the entry that is gone.
create function private.strike_do_not_call(p_organization_id uuid, p_phone_number text) returns jsonb
language sql set search_path = '' as $$
  with gone as (
    delete from orgline.do_not_call d
    where d.organization_id is not distinct from p_organization_id and d.phone_number = p_phone_number returning d.id
  )
  select jsonb_build_object('removed', exists (select from gone), 'id', (select gone.id from gone))
$$;

-- Writes a change of a list down, by the id of its entry: the number is a customer's. p_verb: add or remove; another reason
-- for what is there adds nothing. Answers the result.
create function private.audit_do_not_call(
  p_actor public.orgline_actor, p_verb text, p_organization_id uuid, p_result jsonb
) returns jsonb language plpgsql set search_path = '' as $$
begin
  if (p_result ->> 'removed')::boolean is not false and (p_result ->> 'is_same')::boolean is not true then
    perform private.audit(p_actor,
      case when (p_result ->> 'created')::boolean is false then 'change' else p_verb end
        || '_do_not_call' || case when p_organization_id is null then '_for_all' else '' end,
      p_organization_id, coalesce(p_result -> 'entry' ->> 'id', p_result ->> 'id'),
      p_takes_away => (p_result ->> 'created')::boolean);
  end if;
  return p_result - 'is_same';
end
$$;

-- The numbers that an organization does not call; the newest first.
create function public.list_do_not_call(
  p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text, p_limit integer, p_cursor text
) returns jsonb language sql stable security definer set search_path = '' as $$
  select private.do_not_call_page((private.visible_organization(p_actor, p_organization_id)).id, p_phone_number, p_limit, p_cursor)
$$;

-- The numbers that nobody here calls, for operators; the newest first.
create function public.list_do_not_call_for_all(
  p_actor public.orgline_actor, p_phone_number text, p_limit integer, p_cursor text
) returns jsonb language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_operator(p_actor);
  return private.do_not_call_page(null, p_phone_number, p_limit, p_cursor);
end
$$;

-- The organization does not call the number any more.
create function public.add_do_not_call(
  p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text, p_reason text
) returns jsonb language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_administered(p_actor, p_organization_id, 'calls:write');
  perform private.require_room('do_not_call', 100000, (
    select count(*) from (
      select from orgline.do_not_call d where d.organization_id = p_organization_id and d.phone_number <> p_phone_number limit 100000
    ) counted));
  return private.audit_do_not_call(p_actor, 'add', p_organization_id,
    private.enter_do_not_call(p_organization_id, p_phone_number, p_reason, private.id_of(p_actor)));
end
$$;

-- Nobody here calls the number any more, as an operator says.
create function public.add_do_not_call_for_all(p_actor public.orgline_actor, p_phone_number text, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator(p_actor);
  perform private.lock_do_not_call_for_all();
  perform private.require_room('do_not_call_for_all', 100000, (
    select count(*) from (
      select from orgline.do_not_call d where d.organization_id is null and d.phone_number <> p_phone_number limit 100000
    ) counted));
  return private.audit_do_not_call(p_actor, 'add', null,
    private.enter_do_not_call(null, p_phone_number, p_reason, private.id_of(p_actor)));
end
$$;

-- The organization may call the number again, unless the list for everybody has it.
create function public.remove_do_not_call(p_actor public.orgline_actor, p_organization_id uuid, p_phone_number text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.administered_organization(p_actor, p_organization_id, 'calls:write');
  return private.audit_do_not_call(p_actor, 'remove', p_organization_id,
    private.strike_do_not_call(p_organization_id, p_phone_number));
end
$$;

-- Takes a number off the list for everybody, for operators; an organization's own may still have it.
create function public.remove_do_not_call_for_all(p_actor public.orgline_actor, p_phone_number text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator(p_actor);
  return private.audit_do_not_call(p_actor, 'remove', null,
    private.strike_do_not_call(null, p_phone_number));
end
$$;

-- A customer has told an agent on a call of the organization not to be called again. A number that is on
-- its list already stays as it is; one that is nobody's is on none.
create function private.hear_do_not_call(c orgline.calls, p_customer text) returns void
language sql set search_path = '' as $$
  insert into orgline.do_not_call (organization_id, phone_number, heard_in_call)
  select c.organization_id, k.customer, c.id from (select private.customer_of(p_customer) as customer) k where k.customer is not null
  on conflict (organization_id, phone_number) do nothing
$$;
