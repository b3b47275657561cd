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
  with held as (
    select c.turn_id, array_agg(c.conversation_id) as ids, sum(k.price) as cost
    from orgline.text_conversations c left join orgline.carrier_charges k on k.sid = c.conversation_id
    where c.organization_id = p_organization_id and c.contact_id = p_contact_id and c.created_at > now() - interval '2 days'
    group by c.turn_id
  )
  insert into orgline.erased_dials (organization_id, kind, customer, dialled_at, minutes, segments, cost, outlay, keys)
  select t.organization_id, 'reply', private.erased_customer(t.organization_id, t.customer), t.asked_at, 0, t.attempts, held.cost,
    t.outlay, array[t.id::text] || held.ids
  from orgline.text_turns t left join held on held.turn_id = t.id
  where t.organization_id = p_organization_id and t.contact_id = p_contact_id and t.asked_at > now() - interval '1 day';
$$;

-- What a conversation held for an erased turn has cost, p_more than was told of it before: the more of what was told by now
-- and what counted at first. The last thing in a transaction, as spend_for_all.
create function private.note_erased_reply(p_organization_id uuid, p_ids text[], p_more bigint) returns void
language plpgsql set search_path = '' as $$
declare
  v_hour record;
begin
  for v_hour in
    with reported as (
      select e.id, e.outlay as before, coalesce(e.cost, 0) + p_more as cost from orgline.erased_dials e
      where e.organization_id = p_organization_id and e.dialled_at > now() - interval '1 day'
        and e.kind = 'reply' and e.keys && p_ids
      for update of e
    )
    update orgline.erased_dials e set cost = r.cost, outlay = greatest(r.before, r.cost)
    from reported r where e.id = r.id returning e.dialled_at as at, greatest(r.before, r.cost) - r.before as more
  loop
    perform private.correct_spend(v_hour.at, v_hour.more);
  end loop;
end
$$;

create function private.keys_of(c orgline.calls) returns text[]
language sql immutable set search_path = '' as $$
  select array_remove(array[c.id::text, c.conversation_id, c.provider_call_id], null)
$$;
