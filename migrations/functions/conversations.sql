-- Inbound texts and calls. The organization comes from the number that was called or texted, and
-- from nothing else.

-- Whose a text to this number is: of whoever holds it, from its purchase on. A row without an id: nobody's.
create function private.holder_for_texts(p_phone_number text) returns public.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
begin
  return (
    select h from public.phone_numbers p
    join public.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    where p.phone_number = p_phone_number and p.status in ('purchased', 'imported', 'configured', 'assigned'));
end
$$;

-- For whom an agent may answer a call to this number. A row without an id: for nobody.
create function private.holder_for_calls(p_phone_number text) returns public.organization_phone_numbers
language plpgsql stable set search_path = '' as $$
begin
  return (
    select h from public.phone_numbers p
    join public.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null and h.is_active
    join public.organizations o on o.id = h.organization_id and o.status = 'active'
    where p.phone_number = p_phone_number and p.status = 'assigned');
end
$$;

-- Whose a text, or a call, of that moment was: of whoever held the number then. The carrier tells
-- moments in whole seconds, cut off. A row without an id: nobody's, or nobody can tell whose.
create function private.holder_then(p_phone_number text, p_at timestamptz) returns public.organization_phone_numbers
language sql stable set search_path = '' as $$
  select h from private.holding_between(p_phone_number, p_at, p_at + interval '1 second') h
  where private.was_ours(p_phone_number, p_at)
$$;

-- Stores one inbound text, once per provider id. p_customer is the sender as E.164, null for a
-- short code or a name. p_keyword: stop, start or help, where the text is nothing else. p_sent_at: the
-- carrier's time of one that no webhook told of; null: it comes now. result: stored, duplicate, erased
-- (sent before its sender was erased; only a STOP counts), or unknown_number (with its notification).
create function public.receive_message(
  p_provider_message_id text, p_from text, p_to text, p_customer text, p_body text, p_media jsonb, p_segments integer, p_request_id text,
  p_keyword text default null, p_sent_at timestamptz default null
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_holding public.organization_phone_numbers;
  v_contact_id uuid;
  v_is_erased boolean;
begin
  if exists (select from public.messages m where m.provider_message_id = p_provider_message_id) or private.is_erased(array[p_provider_message_id]) then
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
    v_contact_id := private.upsert_contact(v_holding.organization_id, p_customer);
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
  insert into public.messages (
    organization_id, organization_phone_number_id, contact_id, direction, provider_message_id,
    from_number, to_number, body, media, segments, keyword, status, request_id, created_at, caught_up_at)
  values (
    v_holding.organization_id, v_holding.id, v_contact_id, 'inbound', p_provider_message_id,
    p_from, p_to, p_body, p_media, p_segments, p_keyword, 'received', p_request_id,
    coalesce(p_sent_at, now()), case when p_sent_at is not null then now() end)
  on conflict (provider_message_id) do nothing;
  if not found then
    return jsonb_build_object('result', 'duplicate');
  end if;
  perform private.apply_keyword(v_holding.organization_id, p_customer, p_to, p_keyword, p_body, p_sent_at);
  perform private.note_traffic_of(v_holding.phone_number_id, coalesce(p_sent_at, now()));
  return jsonb_build_object('result', 'stored', 'organization_id', v_holding.organization_id);
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
  elsif not exists (select from public.phone_numbers p where p.phone_number = p_to and p.status = 'quarantined') then
    perform private.notify('sms_routing_failed', p_to, format(
      'A text to %1$s was refused and not stored: no organization holds that number. Either give it to one: '
      || 'POST /api/admin/phone-numbers%2$s. Or, where it is not for us, 1. clear "A message comes in" at Twilio Console > '
      || 'Phone Numbers > Active numbers > %1$s, 2. resolve this notification.',
      p_to, case when exists (select from public.phone_numbers p where p.phone_number = p_to and p.status not in ('released', 'failed'))
        then format('/%s/assign {"organizationId": "<its id>"}', p_to)
        else format(' {"phoneNumber": "%s", "organizationId": "<its id>"}', p_to) end), null, p_to);
  end if;
end
$$;

-- Whom a text to a number meant that is given to nobody: whoever held it then, maybe two within that
-- second; else whoever held it last before, while it was ours without a break.
create function private.organizations_meant(p_phone_number text, p_at timestamptz)
returns table (organization_id uuid) language sql stable set search_path = '' as $$
  with before as (
    select h.organization_id, coalesce(h.ended_at, 'infinity') as ended_at
    from public.phone_numbers p join public.organization_phone_numbers h on h.phone_number_id = p.id
    where p.phone_number = p_phone_number
      and least(p.created_at, p.bought_at) < p_at + interval '1 second' and (p.released_at is null or p.released_at > p_at)
      and h.assigned_at <= p_at + interval '1 second'
  )
  select distinct b.organization_id from before b
  where b.ended_at > p_at or b.ended_at = (select max(k.ended_at) from before k)
  order by b.organization_id
$$;

-- Never backwards.
create function private.note_traffic_of(p_phone_number_id uuid, p_at timestamptz) returns void
language sql set search_path = '' as $$
  update public.phone_numbers set last_traffic_at = greatest(last_traffic_at, p_at) where id = p_phone_number_id
$$;

-- Records an inbound call, once per provider id, and answers what its agent may know: the facts of
-- this organization and of its own past with this customer, nothing else. p_started_at: the carrier's
-- time of a call that no webhook told of; null: it is ringing.
create function public.begin_inbound_call(
  p_provider_call_id text, p_conversation_id text, p_agent_id text, p_from text, p_to text, p_customer text,
  p_request_id text, p_look_ms integer, p_started_at timestamptz default null
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_holding public.organization_phone_numbers;
  v_organization public.organizations;
  v_contact_id uuid;
  v_is_erased boolean;
  v_call_id uuid;
  v_name text;
begin
  if p_started_at is null then
    v_holding := private.holder_for_calls(p_to);
  else
    v_holding := private.holder_then(p_to, p_started_at);
  end if;
  if v_holding.id is null then
    -- Where the number is not told, another event may tell it.
    perform private.remember_refused(p_provider_call_id) where p_to <> '';
    return jsonb_build_object('organization', null);
  end if;
  select * into v_organization from public.organizations o where o.id = v_holding.organization_id;
  perform private.lock_call(p_provider_call_id);
  select c.contact_id, c.is_erased into v_contact_id, v_is_erased
  from private.contact_of_event(v_organization.id, jsonb_build_object(
    'provider_call_id', p_provider_call_id, 'conversation_id', p_conversation_id, 'customer', p_customer,
    'our_number', case when p_started_at is not null then p_to end, 'started_at', p_started_at)) c;
  -- Asked again about a call whose contact was erased while it rang: nothing is known, or kept.
  if v_is_erased then
    perform private.erase_call(
      coalesce(private.organization_of_erased(array[p_provider_call_id, p_conversation_id]), v_organization.id),
      null, p_conversation_id, p_provider_call_id);
    return jsonb_build_object(
      'call_id', null,
      'organization', private.spoken_organization(v_organization),
      'history', private.contact_history(v_organization.id, null, null));
  end if;
  select c.name into v_name from public.contacts c where c.id = v_contact_id;
  if p_started_at is not null then
    perform private.name_call_of_report(v_organization.id, v_contact_id, p_to, p_started_at, p_provider_call_id);
  end if;
  insert into public.calls (
    organization_id, organization_phone_number_id, contact_id, direction, provider_call_id, conversation_id, agent_id,
    from_number, to_number, status, request_id, look_at, created_at)
  values (
    v_organization.id, v_holding.id, v_contact_id, 'inbound', p_provider_call_id, p_conversation_id, p_agent_id,
    p_from, p_to, 'in-progress', p_request_id, clock_timestamp() + make_interval(secs => p_look_ms / 1000.0), coalesce(p_started_at, now()))
  on conflict do nothing returning id into v_call_id;
  if v_call_id is null then
    -- What came before this (its end, or a message on tape) did not tell everything.
    update public.calls c
    set agent_id = coalesce(c.agent_id, p_agent_id), request_id = coalesce(c.request_id, p_request_id)
    where c.provider_call_id = p_provider_call_id and c.organization_id = v_organization.id
      and (c.agent_id is null and p_agent_id is not null or c.request_id is null);
    select c.id into v_call_id from public.calls c
    where c.provider_call_id = p_provider_call_id and c.organization_id = v_organization.id;
  end if;
  perform private.apply_kept_call_status(p_provider_call_id);
  perform private.note_traffic_of(v_holding.phone_number_id, coalesce(p_started_at, now()));
  return jsonb_build_object(
    'call_id', v_call_id,
    'organization', private.spoken_organization(v_organization),
    'history', private.contact_history(v_organization.id, v_contact_id, v_name));
end
$$;

-- What an agent needs of the organization it speaks for.
create function private.spoken_organization(o public.organizations) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('id', o.id, 'name', o.name,
    'confirm_caller_name', o.settings -> 'confirm_caller_name' is not distinct from to_jsonb(true));
end
$$;

-- What one organization knows of one of its contacts; exchanges are the newest ten over texts and
-- calls, oldest first. A call's turns follow its beginning, in their own sequence.
create function private.contact_history(p_organization_id uuid, p_contact_id uuid, p_name text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'name', p_name,
    'lead_status', coalesce(
      (select private.lead_status(c) from public.contacts c where c.organization_id = p_organization_id and c.id = p_contact_id),
      'New Inquiry'),
    'summary', (
      select c.summary from public.calls c
      where c.organization_id = p_organization_id and c.contact_id = p_contact_id and c.summary is not null
      order by coalesce(c.started_at, c.created_at) desc, c.created_at desc limit 1),
    'exchanges', coalesce((
      select jsonb_agg(jsonb_build_object('direction', e.direction, 'body', e.body) order by e.at, e.turn)
      from (
        select * from (
          (select m.direction, m.body, m.created_at as at, 0::bigint as turn from public.messages m
           where m.organization_id = p_organization_id and m.contact_id = p_contact_id
             -- What the customer never got, was never said.
             and m.status not in ('failed', 'undelivered')
           order by m.created_at desc limit 10)
          union all
          (select t.value ->> 'direction', t.value ->> 'body', coalesce(c.started_at, c.created_at), t.turn
           from (
             select c.exchanges, c.started_at, c.created_at from public.calls c
             where c.organization_id = p_organization_id and c.contact_id = p_contact_id
             order by coalesce(c.started_at, c.created_at) desc, c.created_at desc limit 10) c,
             jsonb_array_elements(c.exchanges) with ordinality as t(value, turn))) everything
        order by at desc, turn desc limit 10) e), '[]'));
end
$$;
