-- Numbers of our account that nobody here knows of: taken up, so that none is lost.

-- Which of these SIDs were ours once, and are recorded as released or never bought.
create function public.released_numbers(p_sids text[]) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('sids', coalesce(jsonb_agg(distinct p.twilio_phone_sid), '[]'))
  from orgline.phone_numbers p where p.twilio_phone_sid = any (p_sids) and not private.may_be_ours(p.status)
$$;

-- A number that the order bought, as its tag says, and that nobody here knows of; p_order_id null: it has
-- no tag, but its SID is that of one recorded as released or never bought. While its order may still
-- take it, the order is put to work and nothing else. Otherwise nobody knows what became of it since: it
-- goes into quarantine, for nobody, and a person is reported. p_bought_at: since when it is paid for, as far
-- as the carrier says. p_spare: the same order bought another number that is unknown here too, and is
-- left to it. result: adopted, nudged, or known (somebody was faster).
create function public.adopt_number(
  p_actor public.orgline_actor, p_order_id uuid, p_phone_number text, p_country text, p_region text, p_area_code text,
  p_capabilities jsonb, p_sms_status text, p_twilio_phone_sid text, p_bought_at timestamptz, p_spare boolean, p_quarantine_days integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders;
  v_number orgline.phone_numbers;
begin
  perform private.require_operator(p_actor);
  select * into v_order from orgline.number_orders n where n.id = p_order_id for update;
  if private.is_open_order(v_order.status) and v_order.step in ('choose', 'buy') and not p_spare and (
    v_order.phone_number_id is null
    or exists (select from orgline.phone_numbers p where p.id = v_order.phone_number_id and p.phone_number = p_phone_number)
  ) then
    perform private.nudge_order(v_order);
    perform private.audit(p_actor, 'adopt_number', v_order.organization_id, p_phone_number,
      jsonb_build_object('result', 'nudged', 'order_id', p_order_id), p_is_done => true);
    return jsonb_build_object('result', 'nudged', 'organization_id', v_order.organization_id);
  end if;
  select * into v_number from orgline.phone_numbers p
  where p.phone_number = p_phone_number and private.may_be_ours(p.status) for update;
  if v_number.status <> 'purchasing' or exists (
    select from orgline.number_orders n where n.phone_number_id = v_number.id and private.is_open_order(n.status)) then
    return jsonb_build_object('result', 'known', 'organization_id', null);
  end if;
  if v_number.id is null then
    v_number := private.take_back_number(p_phone_number, p_twilio_phone_sid);
  end if;
  if v_number.id is null then
    insert into orgline.phone_numbers (phone_number, country, region, area_code, status, past_marks)
    values (p_phone_number, p_country, p_region, p_area_code, 'purchasing', private.marks_of_earlier_rows(p_phone_number))
    on conflict do nothing returning * into v_number;
    if v_number.id is null then
      return jsonb_build_object('result', 'known', 'organization_id', null);
    end if;
  end if;
  update orgline.phone_numbers
  set status = 'purchased', twilio_phone_sid = p_twilio_phone_sid, capabilities = p_capabilities, sms_status = p_sms_status,
    -- It has been paid for since then, not since it was found.
    bought_at = coalesce(v_number.bought_at, private.possible_purchase(p_bought_at, v_order.created_at)), updated_at = now()
  where id = v_number.id returning * into v_number;
  -- No order that once tried to buy this number may take it back as its own.
  update orgline.number_order_attempts a set outcome = case when a.order_id = p_order_id then 'bought' else 'taken' end
  where a.phone_number = p_phone_number and (a.outcome = 'abandoned' or (a.order_id = p_order_id and a.outcome <> 'bought'));
  v_number := private.begin_quarantine(v_number, gen_random_uuid(), p_quarantine_days);
  -- What was told of its calls while nobody knew it can be told apart, and billed, now.
  update orgline.webhook_events set next_try_at = clock_timestamp() where kind = 'call' and event ->> 'our_number' = p_phone_number;
  perform private.report_adopted(v_number, p_order_id, v_order.organization_id);
  perform private.audit(p_actor, 'adopt_number', null, p_phone_number,
    jsonb_build_object('result', 'adopted', 'order_id', p_order_id), p_is_done => true);
  return jsonb_build_object('result', 'adopted', 'organization_id', null);
end
$$;

-- One that is recorded as released, under the SID that it still has, never was: it goes on as the same
-- number, or what it cost before, and costs now, would be counted twice. A row without an id: there is none.
create function private.take_back_number(p_phone_number text, p_twilio_phone_sid text) returns orgline.phone_numbers
language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  update orgline.phone_numbers set
    status = 'purchasing', released_at = null, releasing_at = null, ghost_since = null,
    -- ElevenLabs has forgotten it.
    elevenlabs_phone_id = null, import_token_hash = null, import_begun_hash = null, import_state = null,
    import_voice_url = null, import_status_url = null, import_urls_of = null, last_resort_of = null,
    seen_voice_url = null, seen_status_url = null, agent_id = null
  where id = (
    select p.id from orgline.phone_numbers p
    where p.twilio_phone_sid = p_twilio_phone_sid and p.phone_number = p_phone_number and p.status = 'released'
    order by p.released_at desc limit 1)
  returning * into v_number;
  return v_number;
end
$$;

create function private.report_adopted(p orgline.phone_numbers, p_order_id uuid, p_organization_id uuid) returns void
language sql set search_path = '' as $$
  select private.notify('reconcile_findings', 'adopted:' || p.id, jsonb_build_object(
    'cause', 'adopted', 'number', p.phone_number, 'bought_at', p.bought_at, 'release_at', p.release_at, 'order_id', p_order_id,
    'organization', private.organization_name(p_organization_id), 'organization_id', p_organization_id),
    p_organization_id, p.phone_number)
$$;

-- The purchase the order was in doubt about, or was stopped for, went through.
create function private.nudge_order(o orgline.number_orders) returns void
language sql set search_path = '' as $$
  update orgline.number_orders
  set status = 'running', attempts = case when o.status = 'needs_attention' then 0 else attempts end,
    next_run_at = least(next_run_at, clock_timestamp()), updated_at = now()
  where id = o.id;
  select private.resolve_notifications(array['order_needs_attention'], o.id::text, 'system')
$$;
