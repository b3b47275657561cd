-- What came of a turn. Nothing is recorded without the current lease, but for the conversation: it was held, and costs.

-- What a conversation in writing costs is its organization's, also once its turn was erased.
create function private.keep_text_charge(p_organization_id uuid, p_conversation_id text) returns void
language sql set search_path = '' as $$
  insert into orgline.carrier_charges (sid, kind, organization_id, direction, happened_at, units)
  select p_conversation_id, 'text_conversation', p_organization_id, 'inbound', clock_timestamp(), 1
  where p_conversation_id is not null and p_organization_id is not null
  on conflict (sid) do nothing
$$;

-- A conversation was held for a turn: what it cost is reported later, and it is looked up where that was not.
create function private.note_text_conversation(t orgline.text_turns, p_conversation_id text) returns void
language sql set search_path = '' as $$
  select private.keep_text_charge(t.organization_id, p_conversation_id);
  insert into orgline.text_conversations (conversation_id, organization_id, contact_id, turn_id, poll_at)
  select p_conversation_id, t.organization_id, t.contact_id, t.id, clock_timestamp() + interval '15 minutes'
  where p_conversation_id is not null
  on conflict (conversation_id) do nothing
$$;

-- The turn, locked, with the conversation that was held for it; without an id where it is nobody's any more, or somebody
-- else has it. One that was erased meanwhile is erased where it was held, too.
create function private.turn_of_lease(p_id uuid, p_lease timestamptz, p_status text, p_conversation_id text) returns orgline.text_turns
language plpgsql set search_path = '' as $$
declare
  t orgline.text_turns;
begin
  -- First, as for whoever erases it: the contact, then what it has.
  perform from orgline.text_turns k join orgline.contacts c on c.organization_id = k.organization_id and c.id = k.contact_id
  where k.id = p_id for key share of c;
  select * into t from orgline.text_turns k where k.id = p_id for update;
  if not found then
    perform private.keep_text_charge(private.organization_of_erased(array[p_id::text]), p_conversation_id);
    perform private.erase_at_carriers(private.organization_of_erased(array[p_id::text]), 'conversation', p_conversation_id)
    where p_conversation_id is not null;
    return null;
  end if;
  perform private.note_text_conversation(t, p_conversation_id);
  if t.due_at is distinct from p_lease or t.status <> p_status then
    return null;
  end if;
  return t;
end
$$;

-- When the customer of a turn was last sent something of which nothing here knows; null: never. p_sent: what the carrier has
-- sent ({sid, at}). What is here without a SID may be among it.
create function private.unknown_answer_at(t orgline.text_turns, p_sent jsonb) returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case when count(*) > (
      select count(*) from orgline.messages m
      where m.organization_id = t.organization_id and m.contact_id = t.contact_id and m.direction = 'outbound'
        and m.provider_message_id is null and m.status in ('queued', 'unknown') and m.created_at > t.created_at - interval '1 hour')
      then max(s.at) end
    from jsonb_to_recordset(p_sent) as s(sid text, at timestamptz)
    where not exists (select from orgline.messages m where m.provider_message_id = s.sid) and not private.is_erased(array[s.sid]));
end
$$;

-- What the carrier has sent to the customer of a turn since its first text (p_sent: {sid, at}). Of what nothing here knows, some
-- server has answered in a time that the database has lost. texts: those of the turn that came after that; where none did,
-- the turn is over. The carrier tells whole seconds, and no text is answered twice: one of the same second counts as answered.
create function public.record_texts_seen(p_id uuid, p_lease timestamptz, p_status text, p_sent jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  t orgline.text_turns := private.turn_of_lease(p_id, p_lease, p_status, null);
  v_answered_at timestamptz;
  v_texts jsonb;
begin
  if t.id is null then
    return jsonb_build_object('texts', jsonb_build_array());
  end if;
  v_answered_at := private.unknown_answer_at(t, p_sent);
  v_texts := private.texts_of_turn(t, coalesce(v_answered_at + interval '1 second', '-infinity'));
  if v_texts = '[]' then
    perform private.end_turn(t.id, 'dropped', 'answered_before');
  end if;
  return jsonb_build_object('texts', v_texts);
end
$$;

-- The agent has answered. result: send, by the lease that is given; dropped, where a person took over meanwhile, or nobody
-- is to answer any more; or lost.
create function public.record_text_answer(
  p_id uuid, p_lease timestamptz, p_conversation_id text, p_answer text[], p_lease_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  t orgline.text_turns := private.turn_of_lease(p_id, p_lease, 'asking', p_conversation_id);
  v_reason text;
begin
  if t.id is null then
    return jsonb_build_object('result', 'lost', 'lease', null);
  end if;
  v_reason := private.why_no_reply(t.organization_id, t.contact_id, t.organization_phone_number_id, t.customer);
  if v_reason is not null then
    perform private.end_turn(t.id, 'dropped', v_reason);
    return jsonb_build_object('result', 'dropped', 'lease', null);
  end if;
  update orgline.text_turns k set
    status = 'sending', answer = p_answer, reason = null,
    due_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0), updated_at = now()
  where k.id = t.id returning * into t;
  return jsonb_build_object('result', 'send', 'lease', t.due_at);
end
$$;

-- The agent has not answered, or with nothing that is sent. p_delay_ms: after how long it is asked again; null: not any more.
create function public.record_text_unanswered(
  p_id uuid, p_lease timestamptz, p_conversation_id text, p_reason text, p_delay_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  t orgline.text_turns := private.turn_of_lease(p_id, p_lease, 'asking', p_conversation_id);
begin
  if t.id is null then
    return jsonb_build_object('recorded', false);
  end if;
  if p_delay_ms is null then
    perform private.end_turn(t.id, 'failed', p_reason);
  else
    update orgline.text_turns set
      due_at = clock_timestamp() + make_interval(secs => p_delay_ms / 1000.0), reason = p_reason, updated_at = now()
    where id = t.id;
  end if;
  return jsonb_build_object('recorded', true);
end
$$;

-- Its agent was not asked after all, because nobody could tell what the telephone company had sent: it takes no place, and costs
-- nothing. With the times that it was asked, it is tried as often as an agent that is silent, each p_again_ms later than before.
create function public.record_text_not_asked(p_id uuid, p_lease timestamptz, p_reason text, p_again_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  t orgline.text_turns := private.turn_of_lease(p_id, p_lease, 'asking', null);
  v_tries constant integer := t.attempts + t.polls_failed;
begin
  if t.id is null then
    return jsonb_build_object('recorded', false);
  end if;
  update orgline.text_turns set
    attempts = attempts - 1, polls_failed = polls_failed + 1, asked_at = case when attempts > 1 then asked_at end,
    outlay = greatest(0, outlay - outlay_rate), due_at = clock_timestamp() + make_interval(secs => v_tries * p_again_ms / 1000.0),
    reason = p_reason, updated_at = now()
  where id = t.id;
  if v_tries >= 3 then
    perform private.end_turn(t.id, 'failed', p_reason);
  end if;
  -- Both by the hour in which they were counted, which was the last change of the turn; spend_hours last, as in spend_for_all.
  update orgline.agent_hours set asked = greatest(0, asked - 1)
  where agent_id = t.agent_id and hour = date_trunc('hour', t.updated_at);
  perform private.correct_spend(t.updated_at, -t.outlay_rate);
  return jsonb_build_object('recorded', true);
end
$$;

-- What became of the texts of an answer: answered, dropped or failed (for p_reason). Or again after p_delay_ms, because nobody
-- knows yet whether one of them was sent, or it could not be yet; for a quarter of an hour, beyond which it would come out of the
-- blue. One that was refused for that alone (require_turn) has failed: somebody waits.
create function public.record_text_sent(
  p_id uuid, p_lease timestamptz, p_result text, p_reason text, p_delay_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  t orgline.text_turns := private.turn_of_lease(p_id, p_lease, 'sending', null);
begin
  if t.id is null then
    return jsonb_build_object('recorded', false);
  end if;
  if p_result = 'dropped' and private.is_answer_late(t)
    and private.why_no_reply(t.organization_id, t.contact_id, t.organization_phone_number_id, t.customer) is null then
    perform private.end_late_answer(t);
  elsif p_result = 'again' and not private.is_answer_late(t) then
    update orgline.text_turns set
      due_at = clock_timestamp() + make_interval(secs => p_delay_ms / 1000.0), reason = p_reason, updated_at = now()
    where id = t.id;
  else
    perform private.end_turn(t.id, case when p_result = 'again' then 'failed' else p_result end, p_reason);
  end if;
  return jsonb_build_object('recorded', true);
end
$$;
