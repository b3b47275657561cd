-- Who holds, or held, a number, and when.

create function private.organization_for_number(p_organization_id uuid) returns orgline.organizations
language plpgsql stable set search_path = '' as $$
declare
  v_organization orgline.organizations := private.existing_organization(p_organization_id);
begin
  if v_organization.status <> 'active' then
    raise exception 'suspended_from_numbers' using errcode = 'OL016',
      detail = jsonb_build_object('organization', v_organization.name);
  end if;
  return v_organization;
end
$$;

-- Which organization held a number in a span of time, and by which holding: the tenant of a call
-- nobody announced. A row without an id where nobody held it, or more than one organization did:
-- then nobody can tell whose the call was.
create function private.holding_between(p_phone_number text, p_from timestamptz, p_to timestamptz)
returns orgline.organization_phone_numbers language plpgsql stable set search_path = '' as $$
begin
  return (
    select (array_agg(h order by h.assigned_at desc))[1] from orgline.organization_phone_numbers h
    join orgline.phone_numbers p on p.id = h.phone_number_id
    where p.phone_number = p_phone_number and h.assigned_at <= p_to and (h.ended_at is null or h.ended_at > p_from)
    having count(distinct h.organization_id) = 1);
end
$$;

create function private.holding_at(p_phone_number text, p_at timestamptz) returns orgline.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
begin
  return (select h from private.holding_between(p_phone_number, p_at, p_at) h);
end
$$;

-- The holding that the call of an event belongs to. The vendor tells moments in whole seconds, cut off.
create function private.holding_of_event(p_event jsonb) returns orgline.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
begin
  return (
    select h from private.holding_between(
      p_event ->> 'our_number',
      coalesce(p_event ->> 'earliest_start', p_event ->> 'started_at')::timestamptz,
      (p_event ->> 'started_at')::timestamptz + interval '1 second') h);
end
$$;

-- Whether a number was ours in the second that begins at p_at: the carriers tell moments in whole
-- seconds, cut off. One whose purchase was in doubt was so from when it was to be bought. Null: whether it was
-- at any time.
create function private.was_ours(p_phone_number text, p_at timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from orgline.phone_numbers p
    where p.phone_number = p_phone_number and p.bought_at is not null
      and (p_at is null
        or least(p.created_at, p.bought_at) < p_at + interval '1 second' and (p.released_at is null or p.released_at > p_at)));
end
$$;

-- Whose a text to this number is: of whoever holds it, from its purchase on. A row without an id: nobody's.
create function private.holder_for_texts(p_phone_number text) returns orgline.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
begin
  return (
    select h from orgline.phone_numbers p
    join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    where p.phone_number = p_phone_number and private.is_in_use(p.status));
end
$$;

-- For whom an agent may answer a call to this number. A row without an id: for nobody.
create function private.holder_for_calls(p_phone_number text) returns orgline.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
begin
  return (
    select h from orgline.phone_numbers p
    join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null and h.is_active
    join orgline.organizations o on o.id = h.organization_id and o.status = 'active'
    where p.phone_number = p_phone_number and private.is_in_service(p.status));
end
$$;

-- Whose a text, or a call, of that moment was: of whoever held the number then. The carrier tells
-- moments in whole seconds, cut off. A row without an id: nobody's, or nobody can tell whose.
create function private.holder_then(p_phone_number text, p_at timestamptz) returns orgline.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
begin
  return (
    select h from private.holding_between(p_phone_number, p_at, p_at + interval '1 second') h
    where private.was_ours(p_phone_number, p_at));
end
$$;

-- The numbers an organization holds, those in quarantine that it can take back, because they are paid
-- for as well, and those on order for it.
create function private.numbers_wanted(p_organization_id uuid) returns bigint
language sql stable set search_path = '' as $$
  select (select count(*) from orgline.organization_phone_numbers h
      join orgline.phone_numbers p on p.id = h.phone_number_id
      where h.organization_id = p_organization_id
        and (h.ended_at is null or (p.status = 'quarantined' and h.ended_at = p.quarantined_at)))
    + (select count(*) from orgline.number_orders n
      where n.organization_id = p_organization_id and private.is_open_order(n.status)
        and not exists (
          select from orgline.organization_phone_numbers h where h.phone_number_id = n.phone_number_id and h.ended_at is null))
$$;

-- The holding that ended when the number went into quarantine. A row without an id: it came from the pool.
create function private.quarantined_holding(p orgline.phone_numbers) returns orgline.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
begin
  return (
    select h from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at = p.quarantined_at);
end
$$;

-- Ends at the transaction's time, which is also that of the quarantine: so the two find each other.
create function private.end_holding(p orgline.organization_phone_numbers) returns void
language plpgsql set search_path = '' as $$
begin
  -- Waits for a change of the default that may be choosing this very number.
  perform private.lock_organization(p.organization_id);
  update orgline.organization_phone_numbers set ended_at = now(), is_active = false, updated_at = now() where id = p.id;
  update orgline.organizations o set updated_at = now(), default_phone_number_id = (
      select h.id from orgline.organization_phone_numbers h
      where h.organization_id = o.id and h.ended_at is null and h.is_active order by h.created_at desc limit 1)
  where o.id = p.organization_id and o.default_phone_number_id = p.id;
end
$$;
