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
    perform private.notify('tokens_refused', p_kind, format(
      'Every token of a user is refused, so that nobody can sign in here, though they can at the issuer. The last one: %s. '
        '1. Compare AUTH_ISSUER, AUTH_JWKS_URL and AUTH_HS256_SECRET with the issuer; Supabase: Project Settings > JWT Keys. '
        '2. Where they are right, somebody sends tokens that are none of ours, and nobody else is here. This resolves by '
        'itself with the next token that is taken.',
      p_detail));
  elsif p_kind = 'time' then
    perform private.notify('webhooks_refused', p_kind, format(
      '%s reports of ElevenLabs were refused for their time within half a minute, and %s let in: %s. Calls end without their '
        'transcripts until the calls loop looks them up. 1. On this server: timedatectl (or date -u, beside the time of '
        'another machine); turn time synchronisation (NTP) on. 2. This resolves by itself with the next report that is let in.',
      p_refused, p_accepted, p_detail));
  else
    perform private.notify('webhooks_refused', p_kind, format(
      '%s requests that name our Twilio account were refused within half a minute, because their signatures do not fit, and %s '
        'were let in; the last: %s. 1. Twilio Console > Account Info: is the auth token TWILIO_AUTH_TOKEN? In a rotation '
        'set the one before as TWILIO_AUTH_TOKEN_PREVIOUS. 2. Twilio Console > Phone Numbers: is the address of the '
        'webhooks PUBLIC_URL, to the letter? POST /api/admin/reconcile {"mode": "repair"} puts the numbers right. 3. Where '
        'both are right, somebody forges requests: nothing of them is taken in. This resolves by itself once none is refused.',
      p_refused, p_accepted, p_detail));
  end if;
  return '{}';
end
$$;
