-- What a person is told of a text of which nobody could find out whether it was sent.
create function private.facts_of_unread_outcome(m orgline.messages, p_error text, p_given_up boolean) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'cause', 'outcome_unread', 'message_id', m.id, 'organization', private.organization_name(m.organization_id),
    'number', m.from_number, 'customer', m.to_number, 'error', p_error, 'given_up', p_given_up);
end
$$;
