-- A call: how it is shown and found, and how an event finds the call it tells of.

create function private.call_view(c orgline.calls) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', c.id, 'organization_id', c.organization_id, 'direction', c.direction, 'status', c.status,
    'conversation_id', c.conversation_id, 'provider_call_id', c.provider_call_id, 'agent_id', c.agent_id,
    'from_number', c.from_number, 'to_number', c.to_number, 'from_fallback', c.from_fallback, 'number_reason', c.number_reason,
    'failure_reason', c.failure_reason, 'poll_attempts', c.poll_attempts, 'created_at', c.created_at);
end
$$;

-- The call behind an id of the organization's, or an error.
create function private.call_by_id(p_organization_id uuid, p_call_id uuid) returns orgline.calls
language plpgsql stable set search_path = '' as $$
declare
  v_call orgline.calls;
begin
  select * into v_call from orgline.calls c where c.organization_id = p_organization_id and c.id = p_call_id;
  if not found then
    raise exception 'call_not_listed' using errcode = 'OL093', detail = jsonb_build_object('call_id', p_call_id);
  end if;
  return v_call;
end
$$;

-- The call an event names: by our own id, which goes first, or by the vendors' ids.
create function private.call_of_event(p_event jsonb) returns uuid
language plpgsql stable set search_path = '' as $$
begin
  return (
    select c.id from orgline.calls c
    where c.id = (p_event ->> 'call_id')::uuid
       or c.conversation_id = p_event ->> 'conversation_id'
       or c.provider_call_id = p_event ->> 'provider_call_id'
    order by (c.id = (p_event ->> 'call_id')::uuid) desc nulls last, (c.conversation_id = p_event ->> 'conversation_id') desc nulls last
    limit 1);
end
$$;

-- Whom a call was with, without the channel; null for nobody.
create function private.number_of_customer(c orgline.calls) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return (
    select substring(case c.direction when 'inbound' then c.from_number else c.to_number end from '[^:]*$')
    where c.contact_id is not null);
end
$$;

-- Whether the agent that an event tells of is that of a call, as far as either is told.
create function private.is_of_agent(c orgline.calls, p_event jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(c.agent_id = p_event ->> 'agent_id', true);
end
$$;

-- Whether a call may be the one an event tells of: its numbers and its agent, as far as they are told.
-- Who is told but is nobody (customer_number without customer) is not the customer of a call that has one.
create function private.is_reported_of(c orgline.calls, p_event jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return coalesce(p_event ->> 'our_number', '') in ('', case c.direction when 'inbound' then c.to_number else c.from_number end)
    and case
      when p_event ->> 'customer' is not null
        then p_event ->> 'customer' = case c.direction when 'inbound' then c.from_number else c.to_number end
      else coalesce(p_event ->> 'customer_number', '') = '' or c.contact_id is null end
    and private.is_of_agent(c, p_event);
end
$$;

-- Whether nobody but the organization of a call held our number from its beginning to that of an
-- event's call. The default number may be another's; calls from it belong to no holding.
create function private.is_of_holder(c orgline.calls, p_event jsonb) returns boolean
language sql stable set search_path = '' as $$
  select c.from_fallback or exists (
    select from private.holding_between(
      p_event ->> 'our_number',
      least(c.created_at, coalesce(p_event ->> 'earliest_start', p_event ->> 'started_at')::timestamptz),
      greatest(c.created_at, (p_event ->> 'started_at')::timestamptz + interval '1 second')) h
    where h.organization_id = c.organization_id)
$$;

-- An event without an id of ours that it cannot have from us: whoever talks to an agent may give any
-- along. It counts only where it is of that call, or of an erased one of whoever held the number.
create function private.believed_event(p_event jsonb) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_call orgline.calls;
  v_erased_of uuid;
begin
  select * into v_call from orgline.calls c where c.id = (p_event ->> 'call_id')::uuid;
  if not found then
    v_erased_of := private.organization_of_erased(array[p_event ->> 'call_id']);
  end if;
  if not private.is_reported_of(v_call, p_event) or v_erased_of <> (private.holding_of_event(p_event)).organization_id then
    return p_event || '{"call_id": null}';
  end if;
  return p_event;
end
$$;

-- Calls of which one may have been dialled after all, and nobody can tell which: none is dialled again.
create function private.doubt_not_dialled(p_call_ids uuid[]) returns void
language sql set search_path = '' as $$
  update orgline.calls c set
    end_unknown = true,
    failure_reason = 'maybe_dialled'
  where c.id = any (p_call_ids) and private.is_not_dialled(c)
$$;

-- Once it is known that the vendors' ids belong to a call: a row made from an event alone (it has no
-- request) gives way to it, with all it had. False when another request's call has the ids.
create function private.take_over_ids(p_call_id uuid, p_conversation_id text, p_provider_call_id text) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_other orgline.calls;
begin
  for v_other in
    delete from orgline.calls c
    where c.id <> p_call_id and c.request_id is null
      and (c.conversation_id = p_conversation_id or c.provider_call_id = p_provider_call_id)
    returning c.*
  loop
    -- One call has one beginning and one end, told of the row that stays.
    delete from orgline.events e
    where e.organization_id = v_other.organization_id and e.facts ->> 'id' = v_other.id::text
      and e.type in ('call.started', 'call.ended', 'call.failed');
    update orgline.calls c set
      conversation_id = coalesce(c.conversation_id, v_other.conversation_id),
      provider_call_id = coalesce(c.provider_call_id, v_other.provider_call_id),
      status = v_other.status, poll_at = null, end_unknown = v_other.end_unknown, started_at = v_other.started_at,
      duration_seconds = coalesce(v_other.duration_seconds, c.duration_seconds),
      cost = v_other.cost, summary = v_other.summary, outcome = v_other.outcome, answered_by = v_other.answered_by,
        exchanges = v_other.exchanges, collected = v_other.collected, evaluation = v_other.evaluation,
        transcript = v_other.transcript, words_gone_at = coalesce(c.words_gone_at, v_other.words_gone_at),
        recording_gone_at = coalesce(c.recording_gone_at, v_other.recording_gone_at),
        recording_due_at = coalesce(c.recording_due_at, v_other.recording_due_at),
      failure_reason = v_other.failure_reason
    where c.id = p_call_id and c.status <> 'completed' and private.is_ended_call(v_other.status);
  end loop;
  return not exists (
    select from orgline.calls c where c.id <> p_call_id
      and (c.conversation_id = p_conversation_id or c.provider_call_id = p_provider_call_id));
end
$$;

-- A report of the voice platform may have come first, and without the carrier's id: then the call has
-- its row, if one alone fits.
create function private.name_call_of_report(
  p_organization_id uuid, p_contact_id uuid, p_to text, p_started_at timestamptz, p_provider_call_id text
) returns void language sql set search_path = '' as $$
  update orgline.calls set provider_call_id = p_provider_call_id
  where id = (
    select (array_agg(c.id))[1] from orgline.calls c
    where c.organization_id = p_organization_id and c.contact_id = p_contact_id and c.direction = 'inbound' and c.to_number = p_to
      and c.provider_call_id is null and c.conversation_id is not null
      and abs(extract(epoch from c.started_at - p_started_at)) < 120
    having count(*) = 1)
    and not exists (select from orgline.calls c where c.provider_call_id = p_provider_call_id)
$$;
