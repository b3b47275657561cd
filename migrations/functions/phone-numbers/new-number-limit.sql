-- Whether an organization may ask for one more number itself.

-- Binds the organization's own admins and keys, not operators. p_max: numbers of any organization; p_guard:
-- see spending-limits.ts. To be called under lock_organization.
create function private.guard_number(o orgline.organizations, p_max integer, p_guard jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  v_wanted bigint := private.numbers_wanted(o.id);
begin
  if v_wanted >= p_max then
    raise exception 'This organization has % phone numbers, those on order and in quarantine counted; more than % '
      '(MAX_NUMBERS_PER_ORGANIZATION) only an operator can add', v_wanted, p_max using errcode = 'OL050';
  end if;
  if private.is_new(o.created_at, p_guard) and v_wanted >= (p_guard ->> 'new_numbers')::integer then
    raise exception 'This organization is new and has % phone numbers, those on order and in quarantine counted; the next one is '
      'possible at %, % days after its sign-up (NEW_ORGANIZATION_NUMBERS, NEW_ORGANIZATION_DAYS), or an operator adds it',
      v_wanted, private.in_utc(o.created_at + make_interval(days => (p_guard ->> 'new_days')::integer)), p_guard ->> 'new_days'
      using errcode = 'OL051';
  end if;
  perform private.guard_account(o, (p_guard ->> 'number_cost')::bigint, p_guard);
end
$$;
