-- What a person is told of a call whose end is not known. p_error: why it cannot be read; null: it was not reported.
create function private.facts_of_unended_call(c orgline.calls, p_found boolean, p_error text, p_given_up boolean) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_organization text := private.organization_name(c.organization_id);
  v_number text := case c.direction when 'inbound' then c.to_number else c.from_number end;
  v_customer text := case c.direction when 'inbound' then c.from_number else c.to_number end;
begin
  if p_error is null then
    return jsonb_build_object(
      'cause', 'end_not_reported', 'call_id', c.id, 'direction', c.direction, 'organization', v_organization, 'number', v_number,
      'customer', v_customer, 'conversation_id', c.conversation_id, 'found', p_found);
  end if;
  return jsonb_build_object(
    'cause', 'end_unread', 'call_id', c.id, 'direction', c.direction, 'organization', v_organization, 'number', v_number,
    'customer', v_customer, 'conversation_id', c.conversation_id, 'error', p_error, 'given_up', p_given_up);
end
$$;
