-- Which of its numbers an organization calls or texts a customer from. One function decides it for both.

-- Whether ElevenLabs, which dials, has the number and can use it, as far as is known here.
create function private.is_imported(p orgline.phone_numbers) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p.elevenlabs_phone_id is not null and coalesce(p.import_state not in ('early', 'refused', 'gone'), true);
end
$$;

-- p_kind: call or text. A number whose capabilities were never told is thought to have them.
create function private.is_able_to(p orgline.phone_numbers, p_kind text) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return case p_kind when 'text' then p.sms_status = 'ready' else coalesce((p.capabilities ->> 'voice')::boolean, true) end;
end
$$;

-- The number that a customer last talked or wrote to, or was called or texted from; null: there was none, or it was the
-- deployment's. What certainly reached nobody is no exchange, and what was asked for again counts when it was tried last.
-- An index of each table has the exchanges alone, so that no row of failures hides one or makes this slow; that of calls
-- has those that private.is_not_dialled is false of.
create function private.number_of_last_exchange(p_organization_id uuid, p_contact_id uuid) returns uuid
language plpgsql stable set search_path = '' as $$
begin
  return (
    select h.phone_number_id from (
      (select m.organization_phone_number_id as holding_id, greatest(m.created_at, m.counted_at) as at
       from orgline.messages m
       where m.organization_id = p_organization_id and m.contact_id = p_contact_id and m.status not in ('failed', 'undelivered')
       order by greatest(m.created_at, m.counted_at) desc, m.id desc limit 1)
      union all
      (select c.organization_phone_number_id, coalesce(c.started_at, greatest(c.created_at, c.dialled_at))
       from orgline.calls c
       where c.organization_id = p_organization_id and c.contact_id = p_contact_id
         and not (c.direction = 'outbound' and c.status = 'failed' and not c.end_unknown
           and c.conversation_id is null and c.started_at is null)
       order by coalesce(c.started_at, greatest(c.created_at, c.dialled_at)) desc, c.id desc limit 1)
      order by at desc limit 1) e
    join orgline.organization_phone_numbers h on h.organization_id = p_organization_id and h.id = e.holding_id);
end
$$;

-- The best of what an organization holds, and why it is (number_reason): of what was asked for, that of the last
-- exchange with the customer, the default, the newest; those of p_agent_id before all others, and those that are able
-- to before those. p_imported: a number that has to be imported first is not able to call.
create function private.best_number(
  p_organization_id uuid, p_kind text, p_customer text, p_from text, p_agent_id text, p_imported boolean,
  out holding_id uuid, out phone_number_id uuid, out reason text
) language plpgsql stable set search_path = '' as $$
declare
  v_last uuid := (
    select private.number_of_last_exchange(p_organization_id, coalesce(k.merged_into, k.id)) from orgline.contacts k
    where k.organization_id = p_organization_id and k.phone_number = p_customer);
begin
  select h.id, p.id, case
      when p_from is not null then 'requested'
      when p.id = v_last then 'last_exchange'
      when p.agent_id = p_agent_id then 'agent'
      when h.id = o.default_phone_number_id then 'default'
      else 'newest' end
  into holding_id, phone_number_id, reason
  from orgline.organization_phone_numbers h
  join orgline.phone_numbers p on p.id = h.phone_number_id
  join orgline.organizations o on o.id = h.organization_id
  where h.organization_id = p_organization_id and h.ended_at is null and h.is_active and private.is_in_service(p.status)
    and (p_from is null or p.phone_number = p_from)
  order by private.is_able_to(p, p_kind) desc, (not p_imported or private.is_imported(p)) desc,
    (p.agent_id = p_agent_id) desc nulls last, (p.id = v_last) desc nulls last,
    (h.id = o.default_phone_number_id) desc nulls last, h.created_at desc, h.id desc
  limit 1;
end
$$;

-- Why an organization cannot call or text from the number it asked for. About the number of another it says no more
-- than about one that nobody has.
create function private.refuse_number(p_organization_id uuid, p_from text, p_kind text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if exists (
    select from orgline.phone_numbers p
    join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    where p.phone_number = p_from and h.organization_id = p_organization_id) then
    raise exception 'number_cannot_be_from' using errcode = 'OL123', detail = jsonb_build_object('number', p_from, 'kind', p_kind);
  end if;
  raise exception 'number_not_own' using errcode = 'OL123',
    detail = jsonb_build_object('number', p_from, 'organization_id', p_organization_id);
end
$$;

-- The number that a call or a text leaves from, by best_number; it is not given up before the end of the transaction. One that
-- is being given up at this very moment is waited for, and then another is chosen; so it is asked before the guard, in the
-- order of locks. number: without an id where there is none. A number that cannot text yet, or is not imported, may be
-- chosen where no other can: its caller says so.
create function private.choose_number(
  p_organization_id uuid, p_kind text, p_customer text, p_from text, p_agent_id text, p_imported boolean,
  out holding_id uuid, out number orgline.phone_numbers, out reason text
) language plpgsql set search_path = '' as $$
declare
  v_phone_number_id uuid;
begin
  loop
    select b.holding_id, b.phone_number_id, b.reason into holding_id, v_phone_number_id, reason
    from private.best_number(p_organization_id, p_kind, p_customer, p_from, p_agent_id, p_imported) b;
    exit when holding_id is null;
    perform from orgline.organization_phone_numbers h where h.id = holding_id and h.ended_at is null and h.is_active for share;
    exit when found;
  end loop;
  select * into number from orgline.phone_numbers p where p.id = v_phone_number_id;
  if p_kind = 'call' and not private.is_able_to(number, p_kind) then
    holding_id := null;
    number := null;
    reason := null;
  end if;
end
$$;
