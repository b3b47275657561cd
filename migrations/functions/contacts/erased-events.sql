-- What is still told of erased calls and texts: dropped here, and erased at the carriers.

-- Remembers the ids of an erased call, as far as they are known, and has it erased at its carriers.
create function private.erase_call(
  p_organization_id uuid, p_call_id uuid, p_conversation_id text, p_provider_call_id text
) returns boolean language sql set search_path = '' as $$
  select private.remember_erased(p_organization_id, array[p_call_id::text, p_conversation_id, p_provider_call_id]);
  select private.erase_at_carriers(p_organization_id, 'conversation', p_conversation_id);
  select private.erase_at_carriers(p_organization_id, 'call', p_provider_call_id)
$$;

-- The same for a text.
create function private.erase_message(p_organization_id uuid, p_message_id uuid, p_sid text) returns boolean
language sql set search_path = '' as $$
  select private.remember_erased(p_organization_id, array[p_message_id::text, p_sid]);
  select private.erase_at_carriers(p_organization_id, 'message', p_sid)
$$;

-- Once more, where it is erased already or at this moment: something has come of it since.
create function private.erase_at_carriers(p_organization_id uuid, p_kind text, p_provider_id text) returns boolean
language sql set search_path = '' as $$
  insert into orgline.carrier_erasures (organization_id, kind, provider_id)
  select p_organization_id, p_kind, p_provider_id where p_organization_id is not null and p_provider_id <> ''
  on conflict (provider_id) do update set done_at = null, next_run_at = clock_timestamp();
  select true
$$;

-- An event of an erased call is not kept, and what it tells of is erased where it comes from.
create function private.drop_erased_event(p_event jsonb) returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform private.erase_call(
    coalesce(
      private.organization_of_erased(array[p_event ->> 'call_id', p_event ->> 'conversation_id', p_event ->> 'provider_call_id']),
      (private.holding_of_event(p_event)).organization_id),
    null, p_event ->> 'conversation_id', p_event ->> 'provider_call_id');
  return jsonb_build_object('result', 'erased');
end
$$;
