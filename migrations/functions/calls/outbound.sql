-- Outbound calls: recorded before anybody is dialled, dialled once.

-- Before anybody is dialled: checks, and records the call under the caller's id. A repeat finds its
-- call and must not dial again (`dial` false), unless that call certainly was not dialled.
-- p_from, p_agent_id: what the request chose, or null; p_imported: a number that would have to be imported first is
-- passed over, where there is another. p_insists: it is wanted also where the same was asked for just now.
create function public.begin_outbound_call(
  p_id uuid, p_actor public.orgline_actor, p_organization_id uuid, p_to text, p_from text, p_agent_id text, p_imported boolean,
  p_insists boolean, p_lead_id text, p_customer_name text, p_fallback jsonb, p_default_agent_id text, p_request_id text,
  p_poll_ms integer, p_guard jsonb
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_organization orgline.organizations := private.visible_organization(p_actor, p_organization_id);
  v_choice record;
  v_number orgline.phone_numbers;
  v_from text;
  v_agent_id text;
  v_contact_id uuid;
  v_name text;
  v_call orgline.calls;
  v_dial boolean := true;
begin
  if v_organization.status <> 'active' then
    raise exception 'suspended_from_calling' using errcode = 'OL016',
      detail = jsonb_build_object('organization_id', p_organization_id);
  end if;
  v_choice := private.choose_number(p_organization_id, 'call', p_to, p_from, p_agent_id, p_imported);
  v_number := v_choice.number;
  v_from := coalesce(v_number.phone_number, p_fallback ->> 'phone_number');
  if not p_insists then
    perform private.refuse_repeated_call(v_organization, p_id, p_from, p_to);
  end if;
  perform private.guard_outbound_call(v_organization, p_id, p_to, p_guard);
  -- First, as for whoever erases it: the contact, then what it has.
  v_contact_id := (private.upsert_contact(p_organization_id, p_to)).contact_id;
  select * into v_call from orgline.calls c where c.id = p_id and c.organization_id = p_organization_id for update;
  if found and not private.is_not_dialled(v_call) then
    return jsonb_build_object('dial', false, 'call', private.call_view(v_call));
  end if;
  perform private.refuse_erased(p_id);
  if p_agent_id is not null and (private.visible_agent(p_actor, p_agent_id)).organization_id <> p_organization_id then
    raise exception 'agent_of_another' using errcode = 'OL070', detail = jsonb_build_object('agent_id', p_agent_id);
  end if;
  v_agent_id := coalesce(p_agent_id, v_number.agent_id, p_default_agent_id);
  if v_number.id is null and p_from is not null then
    perform private.refuse_number(p_organization_id, p_from, 'call');
  end if;
  if v_number.id is null and exists (
    select from orgline.organization_phone_numbers h where h.organization_id = p_organization_id and h.ended_at is null) then
    raise exception 'number_not_ready' using errcode = 'OL017', detail = jsonb_build_object('organization_id', p_organization_id);
  end if;
  if v_number.id is not null and not private.is_imported(v_number) then
    raise exception 'number_not_imported' using errcode = 'OL017',
      detail = jsonb_build_object('number', v_number.phone_number, 'organization_id', p_organization_id);
  end if;
  if v_from is null then
    raise exception 'no_number_to_call_from' using errcode = 'OL018',
      detail = jsonb_build_object('organization_id', p_organization_id);
  end if;
  if p_to in (v_from, p_fallback ->> 'phone_number') or private.is_of_deployment(p_to) then
    raise exception 'call_to_own_number' using errcode = 'OL019', detail = jsonb_build_object('number', p_to);
  end if;
  if v_number.id is null then
    perform private.guard_fallback(v_organization, p_guard);
  end if;
  update orgline.contacts c
  set name = coalesce(p_customer_name, c.name), lead_id = coalesce(p_lead_id, c.lead_id), updated_at = now()
  where c.id = v_contact_id returning c.name into v_name;
  -- Whom the request names is spoken to by that name, also where nothing is kept of it.
  v_name := coalesce(v_name, p_customer_name);
  insert into orgline.calls (
    id, organization_id, organization_phone_number_id, contact_id, direction, agent_id, from_number, to_number,
    from_fallback, number_reason, lead_id, status, request_id, poll_at, dialled_at, outlay, outlay_rate, outlay_minutes)
  values (
    p_id, p_organization_id, v_choice.holding_id, v_contact_id, 'outbound', v_agent_id, v_from, p_to, v_number.id is null,
    coalesce(v_choice.reason, 'fallback'), p_lead_id, 'initiating', p_request_id,
    clock_timestamp() + make_interval(secs => p_poll_ms / 1000.0), clock_timestamp(),
    private.most_of_call(p_guard), private.rate_of_call(p_guard), (p_guard ->> 'call_minutes')::integer)
  -- Two requests at the same moment meet in either unique index.
  on conflict do nothing returning * into v_call;
  if not found then
    select * into v_call from orgline.calls c where c.id = p_id and c.organization_id = p_organization_id for update;
    if not found then
      raise exception 'call_unknown' using errcode = 'OL093', detail = jsonb_build_object('call', p_id);
    end if;
    v_dial := private.is_not_dialled(v_call);
    if v_dial then
      update orgline.calls set status = 'initiating', failure_reason = null, poll_attempts = 0,
        organization_phone_number_id = v_choice.holding_id, agent_id = v_agent_id, from_number = v_from,
        from_fallback = v_number.id is null, number_reason = coalesce(v_choice.reason, 'fallback'),
        poll_at = clock_timestamp() + make_interval(secs => p_poll_ms / 1000.0), dialled_at = clock_timestamp(),
        outlay = private.most_of_call(p_guard), outlay_rate = private.rate_of_call(p_guard),
        outlay_minutes = (p_guard ->> 'call_minutes')::integer
      where id = p_id returning * into v_call;
    end if;
  end if;
  perform private.note_traffic_of(v_number.id, now()) where v_dial;
  if v_dial then
    perform private.audit(p_actor, 'begin_outbound_call', p_organization_id, p_id::text);
    perform private.spend_for_all(v_call.outlay, p_guard);
  end if;
  return jsonb_build_object(
    'dial', v_dial, 'call', private.call_view(v_call),
    'elevenlabs_phone_id', coalesce(v_number.elevenlabs_phone_id, p_fallback ->> 'elevenlabs_phone_id'),
    -- Whom we call has the number.
    'organization', private.agent_organization(v_organization, true, v_agent_id, (
      select h.settings from orgline.organization_phone_numbers h where h.id = v_choice.holding_id)),
    'history', private.contact_history(p_organization_id, v_contact_id, v_name));
end
$$;

-- What became of the request: in-progress, unknown (nobody can tell), or failed. The webhook may
-- have told more already; that stays; but that it was not dialled was only thought. call: null when it
-- was erased meanwhile with its contact; its
-- ids are remembered, so that what is told of it later is erased too.
create function public.record_outbound_call(
  p_call_id uuid, p_status text, p_conversation_id text, p_provider_call_id text, p_failure_reason text, p_poll_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_ids_free boolean := private.take_over_ids(p_call_id, p_conversation_id, p_provider_call_id);
  v_call orgline.calls;
begin
  -- In one statement: what failed before and fails again is no news.
  update orgline.calls c set
    conversation_id = coalesce(c.conversation_id, case when v_ids_free then p_conversation_id end),
    provider_call_id = coalesce(c.provider_call_id, case when v_ids_free then p_provider_call_id end),
    failure_reason = coalesce(case when not was.not_dialled then c.failure_reason end, p_failure_reason),
    poll_attempts = case when was.not_dialled then 0 else c.poll_attempts end,
    status = case when was.not_dialled or private.is_undecided_call(c.status) then p_status else c.status end,
    poll_at = case
      when private.is_ended_call(c.status) and not was.not_dialled or p_status = 'failed' then null
      else clock_timestamp() + make_interval(secs => p_poll_ms / 1000.0) end
  from (select w.id, private.is_not_dialled(w) as not_dialled from orgline.calls w where w.id = p_call_id for update) was
  where c.id = was.id returning c.* into v_call;
  if not found and private.is_erased(array[p_call_id::text]) then
    perform private.erase_call(
      private.organization_of_erased(array[p_call_id::text]), p_call_id, p_conversation_id, p_provider_call_id);
    perform private.name_erased_dial(p_call_id, p_conversation_id, p_provider_call_id);
    perform private.end_erased_dials(array[p_call_id::text], 'call', 0, null) where p_status = 'failed';
  end if;
  perform private.finalize_outlays(array[p_call_id]);
  return jsonb_build_object('call', case when v_call.id is not null then private.call_view(v_call) end);
end
$$;
