-- Webhooks of our own carriers, and tokens of users, that were refused.

-- What a server refused, and let in, since it told last. p_kind signature: requests that name our Twilio
-- account; time: reports that ElevenLabs signed, at a time that is not near ours; token: users' tokens, after
-- others that were refused, so that one that was taken ends it. p_detail: of the last one refused. A server
-- that refused none, or took a token, resolves what was told, whoever told it, once nobody has told it for a quarter of
-- an hour: of two servers, the one that refuses may get a request every few minutes.
create function public.note_refusals(p_kind text, p_accepted integer, p_refused integer, p_detail text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if p_refused = 0 or (p_kind = 'token' and p_accepted > 0) then
    if not exists (
      select from orgline.admin_notifications n
      where n.type in ('webhooks_refused', 'tokens_refused') and n.subject = p_kind and n.status = 'pending'
        and n.updated_at > clock_timestamp() - interval '15 minutes') then
      perform private.resolve_notifications(array['webhooks_refused', 'tokens_refused'], p_kind, 'system');
    end if;
  elsif p_kind = 'token' then
    perform private.notify('tokens_refused', p_kind, jsonb_build_object('detail', p_detail));
  else
    perform private.notify('webhooks_refused', p_kind, jsonb_build_object(
      'cause', p_kind, 'refused', p_refused, 'accepted', p_accepted, 'detail', p_detail));
  end if;
  return '{}';
end
$$;
