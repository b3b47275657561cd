-- Texts of customers. The organization comes from the number that was texted, and from nothing else.

-- Stores one inbound text, once per provider id. p_customer is the sender as E.164, null for a
-- short code or a name. p_keyword: stop, start, yes or help, where the text is nothing else. p_sent_at: the
-- carrier's time of one that no webhook told of; null: it comes now. p_country: the customer's; null: not known. result:
-- stored, duplicate, erased (sent before its sender was erased; only a STOP counts), or unknown_number (with its
-- notification). answer_in_ms: after how long an agent is to answer it; null: none is.
create function public.receive_message(
  p_provider_message_id text, p_from text, p_to text, p_customer text, p_body text, p_media jsonb, p_segments integer, p_request_id text,
  p_keyword text default null, p_sent_at timestamptz default null, p_country text default null
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_holding orgline.organization_phone_numbers;
  v_contact_id uuid;
  v_is_erased boolean;
  v_keyword text;
  v_message orgline.messages;
  v_has_lifted boolean;
begin
  if exists (select from orgline.messages m where m.provider_message_id = p_provider_message_id)
    or private.is_erased(array[p_provider_message_id]) then
    return jsonb_build_object('result', 'duplicate');
  end if;
  if p_sent_at is null then
    v_holding := private.holder_for_texts(p_to);
  else
    v_holding := private.holder_then(p_to, p_sent_at);
  end if;
  if v_holding.id is null then
    if private.remember_refused(p_provider_message_id) then
      perform private.refuse_message(p_provider_message_id, p_to, p_customer, p_body, p_keyword, p_sent_at);
    end if;
    return jsonb_build_object('result', 'unknown_number');
  end if;
  if p_sent_at is null then
    v_contact_id := (private.upsert_contact(v_holding.organization_id, p_customer)).contact_id;
  else
    select c.contact_id, c.is_erased into v_contact_id, v_is_erased
    from private.contact_of_event(v_holding.organization_id, jsonb_build_object(
      'customer', p_customer, 'our_number', p_to, 'started_at', p_sent_at)) c;
  end if;
  if v_is_erased then
    perform private.erase_message(v_holding.organization_id, null, p_provider_message_id);
    perform private.apply_keyword(v_holding.organization_id, p_customer, p_to, p_keyword, p_body, p_sent_at) where p_keyword = 'stop';
    return jsonb_build_object('result', 'erased');
  end if;
  v_keyword := private.heard_keyword(v_holding.organization_id, p_customer, p_keyword);
  insert into orgline.messages (
    organization_id, organization_phone_number_id, contact_id, direction, provider_message_id,
    from_number, to_number, body, media, segments, keyword, status, request_id, created_at, caught_up_at)
  values (
    v_holding.organization_id, v_holding.id, v_contact_id, 'inbound', p_provider_message_id,
    p_from, p_to, p_body, p_media, p_segments, v_keyword, 'received', p_request_id,
    coalesce(p_sent_at, now()), case when p_sent_at is not null then now() end)
  on conflict (provider_message_id) do nothing returning * into v_message;
  if v_message.id is null then
    return jsonb_build_object('result', 'duplicate');
  end if;
  v_has_lifted := v_keyword = 'start' and private.is_opted_out(v_holding.organization_id, p_customer);
  perform private.apply_keyword(v_holding.organization_id, p_customer, p_to, v_keyword, p_body, p_sent_at);
  perform private.note_traffic_of(v_holding.phone_number_id, coalesce(p_sent_at, now()));
  return jsonb_build_object(
    'result', 'stored', 'organization_id', v_holding.organization_id,
    'answer_in_ms', private.join_turn(v_message, p_customer, p_country, coalesce(v_has_lifted, false)));
end
$$;

-- A text that is given to nobody, and not stored. A STOP is meant for whoever texted from the number
-- last. Of a number that was given up whoever still texts it is nobody's business, and there is nothing
-- to mend; where no webhook told of the text, a person is told all the same.
create function private.refuse_message(
  p_sid text, p_to text, p_customer text, p_body text, p_keyword text, p_sent_at timestamptz
) returns void language plpgsql set search_path = '' as $$
begin
  if p_keyword = 'stop' then
    perform private.apply_keyword(o.organization_id, p_customer, p_to, p_keyword, p_body, p_sent_at)
    from private.organizations_meant(p_to, coalesce(p_sent_at, now())) o;
  end if;
  if p_sent_at is not null then
    perform private.notify_missed_text(p_sid, p_to, p_sent_at);
  elsif not exists (select from orgline.phone_numbers p where p.phone_number = p_to and p.status = 'quarantined') then
    perform private.notify('sms_routing_failed', p_to, jsonb_build_object(
      'cause', 'unheld', 'number', p_to, 'is_ours', exists (
        select from orgline.phone_numbers p where p.phone_number = p_to and private.may_be_ours(p.status))), null, p_to);
  end if;
end
$$;

-- Whom a text to a number meant that is given to nobody: whoever held it then, maybe two within that
-- second; else whoever held it last before, while it was ours without a break.
create function private.organizations_meant(p_phone_number text, p_at timestamptz)
returns table (organization_id uuid) language sql stable set search_path = '' as $$
  with before as (
    select h.organization_id, coalesce(h.ended_at, 'infinity') as ended_at
    from orgline.phone_numbers p join orgline.organization_phone_numbers h on h.phone_number_id = p.id
    where p.phone_number = p_phone_number
      and least(p.created_at, p.bought_at) < p_at + interval '1 second' and (p.released_at is null or p.released_at > p_at)
      and h.assigned_at <= p_at + interval '1 second'
  )
  select distinct b.organization_id from before b
  where b.ended_at > p_at or b.ended_at = (select max(k.ended_at) from before k)
  order by b.organization_id
$$;
