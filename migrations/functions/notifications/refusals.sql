-- Webhooks of our own carriers, and tokens of users, that were refused.

-- What a server refused, and let in, since it told last. p_kind signature: requests that name our Twilio
-- account; time: reports that ElevenLabs signed, at a time that is not near ours; token: users' tokens, after
-- others that were refused, so that one that was taken ends it. p_detail: of the last one refused. None
-- refused resolves it.
create function public.note_refusals(p_kind text, p_accepted integer, p_refused integer, p_detail text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if p_refused = 0 or (p_kind = 'token' and p_accepted > 0) then
    perform private.resolve_notifications(array['webhooks_refused', 'tokens_refused'], p_kind, 'system');
  elsif p_kind = 'token' then
    perform private.notify('tokens_refused', p_kind, jsonb_build_object('detail', p_detail));
  else
    perform private.notify('webhooks_refused', p_kind, jsonb_build_object(
      'cause', p_kind, 'refused', p_refused, 'accepted', p_accepted, 'detail', p_detail));
  end if;
  return '{}';
end
$$;
