-- What ElevenLabs tells of text conversations: what they cost. They are no calls.

-- Told by the event of its end, or found. p_turn_id: as the conversation carries it, which whoever talks to an agent may
-- choose; so the agent must be one that was asked for the turn. result: applied, duplicate, erased, or foreign: it is none of ours.
create function public.record_text_report(
  p_conversation_id text, p_turn_id uuid, p_agent_id text, p_cost bigint
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_conversation orgline.text_conversations;
  t orgline.text_turns;
  v_more bigint;
  v_was_polled boolean;
begin
  select * into v_conversation from orgline.text_conversations c where c.conversation_id = p_conversation_id;
  if not found then
    select * into t from orgline.text_turns k where k.id = p_turn_id and p_agent_id = any (k.asked_agents);
    if not found and private.is_erased(array[p_conversation_id, p_turn_id::text]) then
      perform private.keep_text_charge(private.organization_of_erased(array[p_conversation_id, p_turn_id::text]), p_conversation_id);
      perform private.erase_at_carriers(
        private.organization_of_erased(array[p_conversation_id, p_turn_id::text]), 'conversation', p_conversation_id);
      v_more := private.note_text_cost(p_conversation_id, p_cost, 0);
      if v_more is not null then
        perform private.note_erased_reply(
          private.organization_of_erased(array[p_conversation_id, p_turn_id::text]),
          array_remove(array[p_conversation_id, p_turn_id::text], null), v_more);
      end if;
      return jsonb_build_object('result', 'erased');
    elsif t.id is null then
      return jsonb_build_object('result', 'foreign');
    end if;
    perform private.note_text_conversation(t, p_conversation_id);
  end if;
  update orgline.text_conversations set poll_at = null where conversation_id = p_conversation_id and poll_at is not null;
  v_was_polled := found;
  select * into t from orgline.text_turns k where k.id = coalesce(v_conversation.turn_id, t.id) for update;
  v_more := private.note_text_cost(p_conversation_id, p_cost, t.outlay_rate);
  if v_more is not null and t.asked_at is not null then
    update orgline.text_turns k set outlay = greatest(0, k.outlay + v_more) where k.id = t.id;
    perform private.correct_spend(t.asked_at, v_more);
  end if;
  return jsonb_build_object(
    'result', case when v_more is not null or v_was_polled then 'applied' else 'duplicate' end,
    'organization_id', coalesce(v_conversation.organization_id, t.organization_id));
end
$$;

-- The most that was told counts, as of calls. How much more that is than what counted so far, which was p_assumed as long as
-- nothing was told; null: it is no news.
create function private.note_text_cost(p_conversation_id text, p_cost bigint, p_assumed bigint) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_before orgline.carrier_charges;
begin
  select * into v_before from orgline.carrier_charges k where k.sid = p_conversation_id and k.kind = 'text_conversation' for update;
  if not found or coalesce(p_cost, -1) <= coalesce(v_before.price, -1) then
    return null;
  end if;
  update orgline.carrier_charges k set price = p_cost where k.sid = p_conversation_id;
  return p_cost - coalesce(v_before.price, p_assumed, 0);
end
$$;

-- Conversations whose end was not reported. Taking them pushes their next look away, so that two servers do not look at the same
-- ones. Looks are counted apart (count_text_poll): one that got no answer has found nothing out. After three days nobody looks.
create function public.claim_text_conversations(p_limit integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_ids jsonb;
begin
  with due as (
    select c.conversation_id from orgline.text_conversations c
    where c.poll_at <= v_now order by c.poll_at limit p_limit for update skip locked
  ), taken as (
    update orgline.text_conversations c set
      poll_at = case when c.created_at > v_now - interval '3 days' then v_now + interval '15 minutes' end
    from due where c.conversation_id = due.conversation_id returning c.conversation_id
  )
  select coalesce(jsonb_agg(taken.conversation_id), '[]') into v_ids from taken;
  return jsonb_build_object('ids', v_ids);
end
$$;

-- A look that concluded nothing though ElevenLabs answered. Each conversation is looked up four times so, ever further apart.
create function public.count_text_poll(p_conversation_id text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.text_conversations set
    poll_at = case when poll_attempts < 3 then clock_timestamp() + interval '15 minutes' * 2 ^ poll_attempts end,
    poll_attempts = poll_attempts + 1
  where conversation_id = p_conversation_id and poll_at is not null;
  return jsonb_build_object('counted', found);
end
$$;

-- The agents that answer on numbers of an organization; p_agent_id on those without an agent of their own, and on none. few_calls,
-- few_until: of one that a new account made, which has no more conversations in a day than those, until then.
create function public.replying_agents(p_actor public.orgline_actor, p_organization_id uuid, p_agent_id text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.visible_organization(p_actor, p_organization_id);
  return jsonb_build_object('agents', (
    select jsonb_agg(jsonb_build_object('id', r.id, 'few_calls', a.few_calls, 'few_until', a.few_until) order by r.id)
    from (
      select distinct coalesce(p.agent_id, p_agent_id) as id
      from (select p_organization_id as id) o
      left join orgline.organization_phone_numbers h on h.organization_id = o.id and h.ended_at is null
      left join orgline.phone_numbers p on p.id = h.phone_number_id) r
    left join orgline.agents a on a.elevenlabs_agent_id = r.id and a.organization_id = p_organization_id
      and a.few_until > clock_timestamp()));
end
$$;

-- A contact that is erased: its turns and conversations with agents are, and those at ElevenLabs. What they cost stays.
create function private.erase_text_turns(p_organization_id uuid, p_contact_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_id text;
begin
  perform private.resolve_unanswered(p_contact_id);
  perform private.remember_erased(p_organization_id, array(
    select t.id::text from orgline.text_turns t where t.organization_id = p_organization_id and t.contact_id = p_contact_id));
  for v_id in
    delete from orgline.text_conversations c where c.organization_id = p_organization_id and c.contact_id = p_contact_id
    returning c.conversation_id
  loop
    perform private.remember_erased(p_organization_id, array[v_id]);
    perform private.erase_at_carriers(p_organization_id, 'conversation', v_id);
  end loop;
end
$$;
