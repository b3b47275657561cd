-- Which turn is next, and whether its agent is asked.

-- Those whose time has come are due. The claim waits for no lock.
create function private.mark_turns_due(p_now timestamptz) returns void
language sql set search_path = '' as $$
  update orgline.text_turns set is_due = true
  where id in (
    select t.id from orgline.text_turns t where t.due_at is not null and not t.is_due and t.due_at <= p_now
    order by t.due_at limit 100 for update skip locked)
$$;

-- The organization after that one that has something due; null: the first.
create function private.next_turn_owner(p_after uuid) returns uuid
language plpgsql stable set search_path = '' as $$
begin
  if p_after is null then
    return (select t.organization_id from orgline.text_turns t where t.is_due order by t.organization_id limit 1);
  end if;
  return (
    select t.organization_id from orgline.text_turns t where t.is_due and t.organization_id > p_after
    order by t.organization_id limit 1);
end
$$;

-- The next of one organization that is due, leased until then; of one customer one after the other.
create function private.lease_turn_of(p_organization_id uuid, p_until timestamptz) returns orgline.text_turns
language plpgsql set search_path = '' as $$
declare
  v_next record;
  v_turn orgline.text_turns;
begin
  for v_next in
    select n.id, n.contact_id, n.status from orgline.text_turns n
    where n.organization_id = p_organization_id and n.is_due order by n.due_at
  loop
    continue when v_next.status = 'waiting' and exists (
      select from orgline.text_turns b
      where b.organization_id = p_organization_id and b.contact_id = v_next.contact_id and b.status in ('asking', 'sending'));
    update orgline.text_turns t set due_at = p_until, is_due = false
    where t.id = (select k.id from orgline.text_turns k where k.id = v_next.id and k.is_due for update skip locked)
    returning * into v_turn;
    exit when found;
  end loop;
  return v_turn;
end
$$;

-- How many of the last eight turns of the last hour, this new one among them, began within ten seconds of an answer. People text
-- in pieces, so what comes after the first text of a turn says nothing.
create function private.quick_turns(t orgline.text_turns) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) from (
      select t.id
      union all
      (select k.id from orgline.text_turns k
      where k.organization_id = t.organization_id and k.contact_id = t.contact_id and k.asked_at > now() - interval '1 hour'
      order by k.asked_at desc limit 7)) r
    cross join lateral (
      select min(e.created_at) as at from orgline.messages e
      where e.text_turn_id = r.id and e.organization_id = t.organization_id and e.direction = 'inbound') first
    where exists (
      select from orgline.messages a
      where a.organization_id = t.organization_id and a.contact_id = t.contact_id and a.direction = 'outbound'
        and a.text_turn_id is not null and a.created_at between first.at - interval '10 seconds' and first.at));
end
$$;

-- Whether both ends seem to be machines: three times the same words in a row, or eight turns in a row that each began within
-- ten seconds of an answer. Digits and what is no letter count for nothing; short words may be said by people thrice.
create function private.is_machine_talk(t orgline.text_turns) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return private.quick_turns(t) = 8 or (
    select count(*) = 3 and count(distinct h.words) = 1 and min(length(h.words)) >= 20
    from (
      select lower(regexp_replace(e.body, '[^[:alpha:]]', '', 'g')) as words from orgline.messages e
      where e.organization_id = t.organization_id and e.contact_id = t.contact_id and e.direction = 'inbound'
        and e.created_at > now() - interval '1 hour'
      order by e.created_at desc, e.id desc limit 3) h);
end
$$;

-- Which limit keeps an agent from being asked for one turn more; null: none.
create function private.reply_limit_reached(o orgline.organizations, t orgline.text_turns, p_guard jsonb) returns text
language plpgsql set search_path = '' as $$
declare
  v_of_customer bigint := coalesce(
    (o.settings -> 'outbound_limits' ->> 'customer_hourly_replies')::bigint, (p_guard ->> 'customer_hourly_replies')::bigint);
  v_of_day bigint := private.outbound_limit(o, p_guard, 'daily_replies');
begin
  perform private.lock_replies_of(o.id);
  if (
    select count(*) from (
      select from orgline.text_turns k
      where k.organization_id = o.id and k.contact_id = t.contact_id and k.asked_at > now() - interval '1 hour'
      limit v_of_customer) counted) >= v_of_customer then
    return 'replies_to_customer';
  end if;
  if (
    select count(*) from (
      select from orgline.text_turns k where k.organization_id = o.id and k.asked_at > now() - interval '24 hours'
      limit v_of_day) counted) >= v_of_day then
    return 'replies_in_a_day';
  end if;
  return case when private.is_machine_talk(t) then 'machine_talk' end;
end
$$;

-- Has the agent of a leased turn asked, for the first time or again; or ends the turn where nobody is to be.
create function private.begin_asking(t orgline.text_turns, p_agent_id text, p_guard jsonb) returns orgline.text_turns
language plpgsql set search_path = '' as $$
declare
  o orgline.organizations;
  v_reason text := private.why_no_reply(t.organization_id, t.contact_id, t.organization_phone_number_id, t.customer);
begin
  if v_reason is not null then
    perform private.end_turn(t.id, 'dropped', v_reason);
    return null;
  end if;
  select * into o from orgline.organizations k where k.id = t.organization_id;
  v_reason := case
    when t.created_at < now() - interval '10 minutes' then 'reply_too_late'
    when t.attempts >= 3 then 'agent_silent'
    when t.asked_at is null then private.reply_limit_reached(o, t, p_guard) end;
  if v_reason is not null then
    perform private.end_turn(t.id, 'failed', v_reason);
    return null;
  end if;
  update orgline.text_turns k set
    status = 'asking', attempts = k.attempts + 1, asked_at = coalesce(k.asked_at, clock_timestamp()), updated_at = now(),
    agent_id = coalesce((
      select p.agent_id from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id
      where h.id = k.organization_phone_number_id), p_agent_id)
  where k.id = t.id returning * into t;
  return t;
end
$$;

-- The texts of a turn that were sent at p_from or later, the oldest first; of very many the last twenty.
create function private.texts_of_turn(t orgline.text_turns, p_from timestamptz default '-infinity') returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('body', m.body, 'media', m.media_count) order by m.created_at, m.id), '[]')
    from (
      select e.id, e.body, jsonb_array_length(e.media) as media_count, e.created_at from orgline.messages e
      where e.text_turn_id = t.id and e.organization_id = t.organization_id and e.direction = 'inbound' and e.created_at >= p_from
      order by e.created_at desc, e.id desc limit 20) m);
end
$$;

-- What whoever works on a turn needs: what its agent may know, as for a call, without the texts themselves. Whoever reads
-- the answer has the number, so that it is the customer's is vouched for.
create function private.turn_claim(t orgline.text_turns) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'id', t.id, 'lease', t.due_at, 'status', t.status, 'attempts', t.attempts, 'organization_id', o.id,
      'our_number', t.our_number, 'customer', t.customer, 'agent_id', t.agent_id, 'answer', to_jsonb(t.answer),
      'organization', private.agent_organization(o, true, t.agent_id, (
        select h.settings from orgline.organization_phone_numbers h where h.id = t.organization_phone_number_id)),
      'history', private.contact_history(o.id, c.id, c.name, t.id),
      'since', (
        select coalesce(min(m.created_at), t.created_at) from orgline.messages m
        where m.text_turn_id = t.id and m.organization_id = t.organization_id and m.direction = 'inbound'),
      'texts', private.texts_of_turn(t))
    from orgline.organizations o join orgline.contacts c on c.organization_id = o.id and c.id = t.contact_id
    where o.id = t.organization_id);
end
$$;

-- The next turn that is due, of the organization that comes after p_after; null: of the first. p_busy: organizations that have
-- enough under way. p_agent_id: of numbers without an agent of their own. The due time, pushed away, is the lease. A server
-- that the numbers were not last pointed at answers nobody: where it is a copy, its original does.
create function public.claim_text_turn(
  p_agent_id text, p_lease_ms integer, p_public_url text, p_after uuid, p_busy uuid[], p_guard jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_until timestamptz := v_now + make_interval(secs => p_lease_ms / 1000.0);
  v_owner_id uuid := p_after;
  v_is_round boolean := p_after is null;
  v_turn orgline.text_turns;
begin
  if not private.is_current_deployment(p_public_url) then
    return jsonb_build_object('claim', null);
  end if;
  perform private.mark_turns_due(v_now);
  loop
    v_owner_id := private.next_turn_owner(v_owner_id);
    if v_owner_id is null or v_is_round and v_owner_id > p_after then
      exit when v_is_round;
      v_is_round := true;
      v_owner_id := null;
      continue;
    end if;
    continue when v_owner_id = any (p_busy);
    -- Some that end at once are passed by, the rest at the next claim.
    for v_each in 1..20 loop
      v_turn := private.lease_turn_of(v_owner_id, v_until);
      exit when v_turn.id is null or v_turn.status = 'sending';
      v_turn := private.begin_asking(v_turn, p_agent_id, p_guard);
      exit when v_turn.id is not null;
    end loop;
    exit when v_turn.id is not null;
  end loop;
  return jsonb_build_object('claim', case when v_turn.id is not null then private.turn_claim(v_turn) end);
end
$$;
