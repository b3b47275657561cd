-- A person of the organization answers a customer, and its agents do not meanwhile.

-- A person of the organization texts the customer, so no agent does for an hour, also where agents are to answer only from
-- some time within it on. Whoever was told of a customer who waits is told no more once the text is sent (note_taken_over).
create function private.take_over(p_contact_id uuid) returns void
language sql set search_path = '' as $$
  update orgline.contacts set replies_paused_until = greatest(replies_paused_until, now() + interval '1 hour')
  where id = p_contact_id
$$;

-- What a text of a person's has come to: the carrier has it, so the customer is answered; or it never reached them.
create function private.note_taken_over(m orgline.messages) returns void
language plpgsql set search_path = '' as $$
begin
  if m.takes_over and m.status in ('failed', 'undelivered') then
    perform private.end_take_over(m);
  elsif m.takes_over and m.provider_message_id is not null then
    perform private.resolve_unanswered(m.contact_id);
  end if;
end
$$;

-- To be called before a text is locked of which something becomes known, and once its SID is (lock_message): the customer is
-- locked before their texts, and is changed where a person's text turns out to have failed (end_take_over). Whoever waited
-- for the SID with the customer locked would keep the one who has it from changing them.
create function private.lock_customer_of(p_id uuid, p_sid text) returns void
language plpgsql set search_path = '' as $$
begin
  perform from orgline.contacts c
  where c.id = any (array(
    select m.contact_id from orgline.messages m where m.id = p_id and m.takes_over
    union all
    select m.contact_id from orgline.messages m where m.provider_message_id = p_sid and m.takes_over))
  order by c.id for no key update;
end
$$;

-- A text by which a person took over never reached the customer: as far as no other one did, agents answer again. What a person
-- has set since (replies) stays. The contact is locked already (lock_customer_of), unless it was merged at this moment: whoever
-- has it then is not waited for, because it is locked before its texts.
create function private.end_take_over(m orgline.messages) returns void
language plpgsql set search_path = '' as $$
declare
  v_at constant timestamptz := greatest(m.created_at, m.counted_at);
  v_is_over boolean;
begin
  update orgline.contacts set replies_paused_until = (
    select max(greatest(k.created_at, k.counted_at)) + interval '1 hour' from orgline.messages k
    where k.organization_id = m.organization_id and k.contact_id = m.contact_id and k.takes_over
      and k.status not in ('failed', 'undelivered') and greatest(k.created_at, k.counted_at) > now() - interval '1 hour')
  where id = (
    select c.id from orgline.contacts c
    where c.id = m.contact_id and c.replies_paused_until <= v_at + interval '1 hour'
    for no key update skip locked)
  returning replies_paused_until is null into v_is_over;
  if v_is_over then
    perform private.fail_silenced(m, (
      select min(greatest(k.created_at, k.counted_at)) from orgline.messages k
      where k.organization_id = m.organization_id and k.contact_id = m.contact_id and k.takes_over
        and k.status in ('failed', 'undelivered') and k.created_at > v_at - interval '1 day'
        and greatest(k.created_at, k.counted_at) > v_at - interval '1 hour'));
  end if;
end
$$;

-- What the customer has texted in vain since, because a person had taken over: no agent was asked, and the person's text never
-- came. An agent would answer too late by now, so a person is told. Where anything reached the customer after it, nobody waits.
create function private.fail_silenced(m orgline.messages, p_since timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  v_reached_at constant timestamptz := coalesce((
    select max(k.created_at) from orgline.messages k
    where k.organization_id = m.organization_id and k.contact_id = m.contact_id and k.direction = 'outbound'
      and k.status not in ('failed', 'undelivered') and k.created_at > p_since - interval '1 hour'), '-infinity');
  v_turn record;
begin
  perform private.join_silenced(e)
  from orgline.messages e
  where e.organization_id = m.organization_id and e.contact_id = m.contact_id and e.direction = 'inbound'
    and e.created_at >= greatest(p_since, v_reached_at) and e.text_turn_id is null and e.caught_up_at is null
    and coalesce(e.keyword, '') not in ('stop', 'start', 'help')
    and private.why_no_reply(e.organization_id, e.contact_id, e.organization_phone_number_id, private.texter_of(e)) is null;
  for v_turn in
    select t.id from orgline.text_turns t
    where t.organization_id = m.organization_id and t.contact_id = m.contact_id and t.status = 'dropped'
      and t.reason = 'replies_paused' and t.updated_at >= p_since and private.last_texted_at(t) > v_reached_at
      and private.why_no_reply(t.organization_id, t.contact_id, t.organization_phone_number_id, t.customer) is null
    order by t.created_at for update
  loop
    perform private.end_turn(v_turn.id, 'failed', 'take_over_failed');
  end loop;
end
$$;

-- Whose text it is: by its sender, or where that is no telephone number (whatsapp:…), by the contact.
create function private.texter_of(e orgline.messages) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case when e.from_number like '+%' then e.from_number
    else (select c.phone_number from orgline.contacts c where c.organization_id = e.organization_id and c.id = e.contact_id) end;
end
$$;

-- A text that came while a person had taken over is of a turn now, which is over.
create function private.join_silenced(e orgline.messages) returns void
language plpgsql set search_path = '' as $$
declare
  v_turn_id uuid;
begin
  select t.id into v_turn_id from orgline.text_turns t
  where t.organization_id = e.organization_id and t.contact_id = e.contact_id
    and t.organization_phone_number_id = e.organization_phone_number_id and t.customer = private.texter_of(e)
    and t.status = 'dropped' and t.reason = 'replies_paused' and t.updated_at = now();
  if not found then
    insert into orgline.text_turns (
      organization_id, contact_id, organization_phone_number_id, our_number, customer, status, reason)
    values (
      e.organization_id, e.contact_id, e.organization_phone_number_id, e.to_number, private.texter_of(e), 'dropped',
      'replies_paused') returning id into v_turn_id;
  end if;
  update orgline.messages set text_turn_id = v_turn_id where id = e.id;
end
$$;
