-- Turns: what customers have texted and agents are to answer. A turn begins with a text, and is over once it was answered,
-- or nobody is to answer it any more.

create function private.has_replying_agents(o orgline.organizations) returns boolean
language sql immutable as $$
  select o.status = 'active' and coalesce(o.settings ->> 'text_replies' = 'agent', false)
$$;

-- Why no agent is to answer on this number to this customer at this moment; null: one is.
create function private.why_no_reply(
  p_organization_id uuid, p_contact_id uuid, p_holding_id uuid, p_customer text
) returns text language plpgsql stable set search_path = '' as $$
begin
  return (
    select case
      when not private.has_replying_agents(o) then 'replies_off'
      when private.replies_to(c) = 'paused' then 'replies_paused'
      when h.ended_at is not null or not h.is_active or not private.is_in_service(p.status) then 'number_given_up'
      when p.sms_status <> 'ready' then 'number_not_ready'
      when private.is_opted_out(p_organization_id, p_customer) then 'opted_out' end
    from orgline.organizations o
    -- Without one, whom nobody knows yet.
    left join orgline.contacts c on c.organization_id = o.id and c.id = p_contact_id
    join orgline.organization_phone_numbers h on h.organization_id = o.id and h.id = p_holding_id
    join orgline.phone_numbers p on p.id = h.phone_number_id
    where o.id = p_organization_id);
end
$$;

-- A text that was just stored joins the turn that waits, or begins one, which is due three seconds later, and fifteen after its
-- first text at the latest. Answers in how many milliseconds that is, or null: no agent answers words that the carrier
-- answers (stop, help), nor a word that has just lifted an opt-out (p_has_lifted), nor what was taken in late, nor nobody.
create function private.join_turn(m orgline.messages, p_customer text, p_country text, p_has_lifted boolean) returns integer
language plpgsql set search_path = '' as $$
declare
  v_turn orgline.text_turns;
begin
  -- Of most organizations no agent does: a text of theirs costs one look at it, and no more.
  if not exists (select from orgline.organizations o where o.id = m.organization_id and private.has_replying_agents(o)) then
    return null;
  end if;
  if m.contact_id is null or m.keyword in ('stop', 'help') or p_has_lifted or private.is_late(m)
    or private.why_no_reply(m.organization_id, m.contact_id, m.organization_phone_number_id, p_customer) is not null then
    return null;
  end if;
  insert into orgline.text_turns as t (
    organization_id, contact_id, organization_phone_number_id, our_number, customer, country, due_at)
  values (
    m.organization_id, m.contact_id, m.organization_phone_number_id, m.to_number, p_customer, p_country,
    clock_timestamp() + interval '3 seconds')
  on conflict (organization_id, contact_id, organization_phone_number_id, customer) where status = 'waiting' do update set
    due_at = greatest(t.due_at, least(excluded.due_at, t.created_at + interval '15 seconds')), is_due = false, updated_at = now()
  returning * into v_turn;
  update orgline.messages set text_turn_id = v_turn.id where id = m.id;
  return ceil(extract(epoch from v_turn.due_at - clock_timestamp()) * 1000)::integer;
end
$$;

-- For whom a turn has failed: agent, because it is broken or has no room, whoever texts; organization, because a carrier is away
-- or refuses this server, or a limit of all customers is reached; or this customer.
create function private.failed_for(p_reason text) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_reason in ('agent_silent', 'replies_of_agent') or p_reason like 'voice\_platform\_%' then 'agent'
    when p_reason in ('replies_of_shared_agent', 'replies_in_a_day', 'daily_texts_reached', 'texts_too_fast')
      or p_reason like '%\_spend\_reached'
      or p_reason like 'telephone\_company\_%' and p_reason not in ('telephone_company_rejected', 'telephone_company_not_found')
      then 'organization'
    else 'customer' end
$$;

-- An agent or a person has answered the customer, also one that was merged into this one: nobody has to be told any more.
create function private.resolve_unanswered(p_contact_id uuid) returns void
language sql set search_path = '' as $$
  select private.resolve_notifications(array['text_reply_failed'], c.id::text, 'system')
  from (select p_contact_id as id union all select m.id from orgline.contacts m where m.merged_into = p_contact_id) c
$$;

-- What a notification of it is about. The agent for everybody is told of apart for each organization.
create function private.subject_of_failure(t orgline.text_turns, p_failed_for text) returns text
language sql stable set search_path = '' as $$
  select case p_failed_for
    when 'agent' then format('%s:%s', t.organization_id, t.agent_id) when 'organization' then t.organization_id::text
    else t.contact_id::text end
$$;

-- The turn is over. Of one that failed a person is told, until what it failed for has answered: that agent, any of the
-- organization, or whoever to that customer.
create function private.end_turn(p_id uuid, p_status text, p_reason text) returns void
language plpgsql set search_path = '' as $$
declare
  v_failed_for constant text := private.failed_for(p_reason);
  t orgline.text_turns;
begin
  update orgline.text_turns set
    status = p_status, reason = p_reason, answer = null, due_at = null, is_due = false, updated_at = now()
  where id = p_id returning * into t;
  if p_status = 'failed' then
    perform private.notify(
      'text_reply_failed', private.subject_of_failure(t, v_failed_for),
      jsonb_build_object(
        'organization_id', t.organization_id, 'organization', private.organization_name(t.organization_id), 'number', t.our_number,
        'customer', t.customer, 'contact_id', t.contact_id, 'agent_id', t.agent_id, 'reason', p_reason, 'failed_for', v_failed_for),
      t.organization_id, t.our_number);
  elsif p_status = 'answered' then
    perform private.resolve_notifications(array['text_reply_failed'], private.subject_of_failure(t, f.failed_for), 'system')
    from unnest(array['agent', 'organization']) f(failed_for);
    perform private.resolve_unanswered(t.contact_id);
  end if;
end
$$;

-- When the customer wrote last what a turn is to answer: a fresh text may join one that has waited for long.
create function private.last_texted_at(t orgline.text_turns) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return coalesce((
    select max(m.created_at) from orgline.messages m
    where m.organization_id = t.organization_id and m.text_turn_id = t.id and m.direction = 'inbound'), t.created_at);
end
$$;

-- Whether an answer would come out of the blue: a server died before it was sent, or all were away.
create function private.is_answer_late(t orgline.text_turns) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return private.last_texted_at(t) < now() - interval '15 minutes';
end
$$;

-- What became of a turn whose answer is late: what it was put off for, if it was. What of it may be out leaves a doubt, which the
-- loop of texts resolves by looking.
create function private.end_late_answer(t orgline.text_turns) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.end_turn(t.id, 'failed', case when exists (
    select from orgline.messages m
    where m.organization_id = t.organization_id and m.text_turn_id = t.id and m.direction = 'outbound' and not private.is_not_sent(m))
    then 'reply_unsent' else coalesce(t.reason, 'reply_too_late') end);
end
$$;

-- Refuses a text of an agent's whose turn is over, that a person took over, or that is late; within the transaction that
-- records it, under the lock that whoever takes over has, too (spending_of).
create function private.require_turn(p_turn_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  if not exists (
    select from orgline.text_turns t where t.id = p_turn_id and t.status = 'sending' and not private.is_answer_late(t)
      and private.why_no_reply(t.organization_id, t.contact_id, t.organization_phone_number_id, t.customer) is null) then
    raise exception 'text_turn_over' using errcode = 'OL009', detail = jsonb_build_object('turn_id', p_turn_id);
  end if;
end
$$;
