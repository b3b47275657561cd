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

-- Whether texts go to this country, of the organization and of this server; also where it is not known, which whoever sends an
-- answer asks again.
create function private.is_texted(o orgline.organizations, p_country text, p_guard jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select p_country is null
    or p_guard -> 'countries' ? p_country and (not o.settings ? 'outbound_countries' or o.settings -> 'outbound_countries' ? p_country)
$$;

-- Has the agent of a leased turn asked; puts the turn off where its agent is getting room for it; or ends it where nobody is to
-- be asked.
create function private.begin_asking(t orgline.text_turns, p_agent_id text, p_guard jsonb) returns orgline.text_turns
language plpgsql set search_path = '' as $$
declare
  o orgline.organizations;
  v_agent_id text;
  v_reason text := private.why_no_reply(t.organization_id, t.contact_id, t.organization_phone_number_id, t.customer);
begin
  if v_reason is not null then
    perform private.end_turn(t.id, 'dropped', v_reason);
    return null;
  end if;
  select * into o from orgline.organizations k where k.id = t.organization_id;
  v_agent_id := coalesce((
    select p.agent_id from orgline.organization_phone_numbers h join orgline.phone_numbers p on p.id = h.phone_number_id
    where h.id = t.organization_phone_number_id), p_agent_id);
  v_reason := case
    when not private.is_texted(o, t.country, p_guard) then 'country_not_texted'
    when private.last_texted_at(t) < now() - interval '10 minutes' then 'reply_too_late'
    when t.attempts >= 3 then 'agent_silent'
    else private.ask_within_limits(o, t, v_agent_id, p_guard) end;
  if v_reason = 'replies_of_agent' and private.is_room_coming(t.organization_id, v_agent_id) then
    update orgline.text_turns set due_at = clock_timestamp() + interval '30 seconds', updated_at = now() where id = t.id;
    return null;
  end if;
  if v_reason is not null then
    -- Whoever is told sees whose limit it was.
    update orgline.text_turns set agent_id = v_agent_id where id = t.id;
    perform private.end_turn(t.id, 'failed', v_reason);
    return null;
  end if;
  select * into t from orgline.text_turns k where k.id = t.id;
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
      'id', t.id, 'lease', t.due_at, 'status', t.status, 'tries', t.attempts + t.polls_failed, 'organization_id', o.id,
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
    -- Whoever spends for the same account at this moment is not waited for: what has a turn of it may be waiting for that one.
    continue when v_owner_id = any (p_busy) or not (
      select private.try_lock_spending_of(private.account_of(k)) from orgline.organizations k where k.id = v_owner_id);
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
