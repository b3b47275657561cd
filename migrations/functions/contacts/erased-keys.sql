-- What was erased, remembered by ids and hashes alone, so that it stays erased.

-- Whose the erased call or text was that has one of these ids, ours or a provider's.
create function private.organization_of_erased(p_ids text[]) returns uuid
language plpgsql stable set search_path = '' as $$
begin
  return (
    select e.organization_id from orgline.erased_keys e where e.key = any (p_ids) and e.organization_id is not null limit 1);
end
$$;

-- Whether one of these ids, ours or a provider's, is of an erased contact, call or text.
create function private.is_erased(p_ids text[]) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from orgline.erased_keys e where e.key = any (p_ids));
end
$$;

-- For requests that are repeated under an id whose effect was erased: it must not happen again.
create function private.refuse_erased(p_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  if private.is_erased(array[p_id::text]) then
    raise exception 'result_erased' using errcode = 'OL090', detail = jsonb_build_object('id', p_id);
  end if;
end
$$;

-- Whether an event tells of an erased call: by its ids, or of one that the customer made before.
create function private.is_erased_event(p_event jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return private.is_erased(array[p_event ->> 'call_id', p_event ->> 'conversation_id', p_event ->> 'provider_call_id'])
    or p_event ->> 'started_at' is not null and exists (
      select from private.holding_of_event(p_event) h
      join orgline.erased_keys e on e.key = private.erased_customer(h.organization_id, p_event ->> 'customer')
      where e.erased_at >= (p_event ->> 'started_at')::timestamptz);
end
$$;

create function private.remember_erased(p_organization_id uuid, p_keys text[]) returns boolean
language sql set search_path = '' as $$
  insert into orgline.erased_keys (key, organization_id, erased_at)
  select distinct k, p_organization_id, clock_timestamp() from unnest(p_keys) k where k is not null
  on conflict (key) do update set erased_at = excluded.erased_at;
  select true
$$;

-- What these customers did until then is erased, also where it is told later. The latest counts.
create function private.remember_erased_customers(p_organization_id uuid, p_customers text[], p_erased_at timestamptz) returns boolean
language sql set search_path = '' as $$
  insert into orgline.erased_keys as k (key, organization_id, erased_at)
  select distinct c, p_organization_id, p_erased_at from unnest(p_customers) c
  on conflict (key) do update set erased_at = greatest(k.erased_at, excluded.erased_at);
  select true
$$;
