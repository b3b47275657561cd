-- Whether an organization may ask for one more number itself.

-- Binds the organization's own admins and keys, not operators. p_max: numbers of any organization; p_guard:
-- see spending-limits.ts. To be called under lock_organization.
create function private.guard_number(o orgline.organizations, p_max integer, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_wanted bigint := private.numbers_wanted(o.id);
begin
  if v_wanted >= p_max then
    raise exception 'numbers_over_limit' using errcode = 'OL050', detail = jsonb_build_object('count', v_wanted, 'limit', p_max);
  end if;
  if private.is_new(o.created_at, p_guard) and v_wanted >= (p_guard ->> 'new_numbers')::integer then
    raise exception 'new_numbers_over_limit' using errcode = 'OL051', detail = jsonb_build_object(
      'count', v_wanted, 'next_at', o.created_at + make_interval(days => (p_guard ->> 'new_days')::integer),
      'days', (p_guard ->> 'new_days')::integer);
  end if;
  perform private.guard_account(o, (p_guard ->> 'number_cost')::bigint, p_guard);
end
$$;
