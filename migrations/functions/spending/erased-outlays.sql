-- What was erased goes on counting: what it was, or, where it goes on, what it may become.

-- To be called before a contact is erased, so that erasing gives nothing back. A call that goes on counts at its
-- longest until its end is told (end_erased_dials), and takes its place until it must be over.
create function private.keep_counting(p_organization_id uuid, p_contact_id uuid) returns void
language sql set search_path = '' as $$
  insert into orgline.erased_dials (
    organization_id, kind, customer, dialled_at, minutes, cost, outlay, from_fallback, keys, ends_by)
  select c.organization_id, 'call', private.erased_customer(c.organization_id, c.to_number), c.dialled_at,
    case when private.is_running(c) then greatest(c.outlay_minutes, private.call_minutes(c)) else private.call_minutes(c) end,
    c.cost, c.outlay, c.from_fallback, private.keys_of(c),
    case when private.is_running(c) then c.dialled_at + make_interval(mins => c.outlay_minutes) end
  from orgline.calls c
  where c.organization_id = p_organization_id and c.contact_id = p_contact_id
    and c.dialled_at > now() - interval '1 day' and not private.is_not_dialled(c);
  insert into orgline.erased_dials (organization_id, kind, customer, dialled_at, minutes, outlay, keys, ends_by)
  select c.organization_id, 'forward', private.erased_customer(c.organization_id, c.forwarded_to), c.forwarded_at,
    coalesce(c.forward_used, c.forward_minutes, 1), c.forward_outlay, private.keys_of(c),
    c.forwarded_at + make_interval(mins => c.forward_minutes)
  from orgline.calls c
  where c.organization_id = p_organization_id and c.contact_id = p_contact_id and c.forwarded_at > now() - interval '1 day';
  insert into orgline.erased_dials (organization_id, kind, customer, dialled_at, minutes, segments, outlay)
  select m.organization_id, 'text', private.erased_customer(m.organization_id, m.to_number), m.counted_at, 0, coalesce(m.segments, 1),
    m.outlay
  from orgline.messages m
  where m.organization_id = p_organization_id and m.contact_id = p_contact_id
    and m.counted_at > now() - interval '1 day' and not private.is_not_sent(m);
$$;

create function private.keys_of(c orgline.calls) returns text[]
language sql immutable set search_path = '' as $$
  select array_remove(array[c.id::text, c.conversation_id, c.provider_call_id], null)
$$;
