-- Whether an agent may be asked for a turn: how often, and for how much money.

-- What was asked for one customer in the last hour. The customer's turns first, of at most a week: others would be read with them
-- otherwise, where the organization has few within the hour. offset 0 keeps the planner from it, as limit 50 does below.
create function private.turns_of_hour(p_organization_id uuid, p_contact_id uuid) returns setof orgline.text_turns
language sql stable set search_path = '' as $$
  select k.* from (
    select t.* from orgline.text_turns t where t.organization_id = p_organization_id and t.contact_id = p_contact_id offset 0) k
  where k.asked_at > now() - interval '1 hour'
$$;

-- How many of the last p_most turns of the last hour, this new one among them, began within ten seconds of an answer. People
-- text in pieces, so what comes after the first text of a turn says nothing.
create function private.quick_turns(t orgline.text_turns, p_most bigint) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*) from (
      select t.id
      union all
      (select k.id from private.turns_of_hour(t.organization_id, t.contact_id) k order by k.asked_at desc limit p_most - 1)) r
    cross join lateral (
      select min(e.created_at) as at from orgline.messages e
      where e.text_turn_id = r.id and e.organization_id = t.organization_id and e.direction = 'inbound') first
    where (
      select a.created_at from (
        select m.created_at, m.direction, m.text_turn_id from orgline.messages m
        where m.organization_id = t.organization_id and m.contact_id = t.contact_id and m.created_at <= first.at
        order by m.created_at desc, m.id desc limit 50) a
      where a.direction = 'outbound' and a.text_turn_id is not null limit 1) >= first.at - interval '10 seconds');
end
$$;

-- Whether both ends seem to be machines: three times the same words in a row, or replies_in_a_row turns in a row that each began
-- within ten seconds of an answer. Digits and what is no letter count for nothing; short words may be said by people thrice.
create function private.is_machine_talk(o orgline.organizations, t orgline.text_turns, p_guard jsonb) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_quick bigint := greatest(1, least(100, coalesce(
    (o.settings -> 'outbound_limits' ->> 'replies_in_a_row')::bigint, (p_guard ->> 'replies_in_a_row')::bigint)));
begin
  return private.quick_turns(t, v_quick) = v_quick or (
    select count(*) = 3 and count(distinct h.words) = 1 and min(length(h.words)) >= 20
    from (
      select lower(regexp_replace(e.body, '[^[:alpha:]]', '', 'g')) as words
      from (
        select m.body, m.created_at, m.direction from orgline.messages m
        where m.organization_id = t.organization_id and m.contact_id = t.contact_id
        order by m.created_at desc, m.id desc limit 50) e
      where e.direction = 'inbound' and e.created_at > now() - interval '1 hour' limit 3) h);
end
$$;

-- How often agents of an organization were asked in the last 24 hours, for whatever customer, erased ones among them; of very
-- many about p_most.
create function private.asked_in_a_day(p_organization_id uuid, p_most bigint) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(sum(k.attempts), 0) from (
      select t.attempts from orgline.text_turns t
      where t.organization_id = p_organization_id and t.asked_at > now() - interval '24 hours' limit p_most) k)
    + (
      select coalesce(sum(e.segments), 0) from orgline.erased_dials e
      where e.organization_id = p_organization_id and e.dialled_at > now() - interval '1 day' and e.kind = 'reply');
end
$$;

-- Which limit keeps an agent from being asked for one turn more, or once more for one; null: none. To be asked under
-- lock_spending_of.
create function private.reply_limit_reached(o orgline.organizations, t orgline.text_turns, p_guard jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_of_customer bigint := coalesce(
    (o.settings -> 'outbound_limits' ->> 'customer_hourly_replies')::bigint, (p_guard ->> 'customer_hourly_replies')::bigint);
  v_of_day bigint := private.outbound_limit(o, p_guard, 'daily_replies');
begin
  if t.asked_at is null and (
    select count(*) from (
      select from private.turns_of_hour(o.id, t.contact_id) limit v_of_customer) counted) >= v_of_customer then
    return 'replies_to_customer';
  end if;
  if private.asked_in_a_day(o.id, v_of_day) >= v_of_day then
    return 'replies_in_a_day';
  end if;
  return case when t.asked_at is null and private.is_machine_talk(o, t, p_guard) then 'machine_talk' end;
end
$$;

-- Has the agent of a leased turn asked, for the first time or again, or says why it is not. What it may cost is spent with that
-- (reply_cost), until it is told. The last thing in a transaction that asks, as spend_for_all.
create function private.ask_within_limits(
  o orgline.organizations, t orgline.text_turns, p_agent_id text, p_guard jsonb
) returns text language plpgsql set search_path = '' as $$
declare
  v_cost bigint := (p_guard ->> 'reply_cost')::bigint;
  v_reason text := private.reply_limit_reached(o, t, p_guard);
begin
  if v_reason is not null then
    return v_reason;
  end if;
  perform private.guard_answer(o, t.customer, p_guard);
  perform private.guard_spend(o, p_guard);
  perform private.guard_account(o, v_cost, p_guard);
  v_reason := private.take_room_of_agent(o, p_agent_id, p_guard);
  if v_reason is not null then
    return v_reason;
  end if;
  update orgline.text_turns k set
    status = 'asking', attempts = k.attempts + 1, asked_at = coalesce(k.asked_at, clock_timestamp()), agent_id = p_agent_id,
    asked_agents = array_append(array_remove(k.asked_agents, p_agent_id), p_agent_id),
    outlay = k.outlay + v_cost, outlay_rate = v_cost, updated_at = now()
  where k.id = t.id;
  perform private.spend_for_all(v_cost, p_guard);
  return null;
exception when sqlstate 'OL115' or sqlstate 'OL117' or sqlstate 'OL119' or sqlstate 'OL120' or sqlstate 'OL121' then
  return case sqlstate
    when 'OL115' then 'daily_spend_reached' when 'OL117' then 'customer_texts_reached' when 'OL119' then 'daily_texts_reached'
    when 'OL120' then 'account_spend_reached' else 'deployment_spend_reached' end;
end
$$;
