-- What a person is told of imports that were made with another Twilio token.

-- p_waits: Twilio still takes the earlier token. Whoever is not brought over within a minute holds up all
-- others, which is told.
create function private.report_imports(p_waits boolean, p_manual boolean) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.report_numbers_once('imports_outdated', 'unsynced',
    private.reported_numbers(array['early', 'outdated', 'refused', 'unknown'], true),
    'The imports of %1$s numbers at ElevenLabs were made with another token than Twilio is to sign with, and for more than a '
      'minute these were not brought to this server, as they are to be; the numbers after them wait for that: %2$s. Do not '
      'promote a token at Twilio yet. 1. GET /api/admin/notifications?status=pending: do what phone_setup_failed or '
      'account_problem says. 2. Where neither is there, see that no second server runs with another .env, and restart this '
      'one. The others then follow, and this resolves, all by itself.');
  perform private.report_numbers_once('imports_outdated', 'promote', case
    when p_waits and private.unsynced_imports() = 0 then private.reported_numbers(array['early', 'outdated']) end,
    'This server answers the calls to %1$s numbers itself, because their imports at ElevenLabs were made with a token that '
      'Twilio does not sign with for long, or not yet: %2$s. Twilio still takes TWILIO_AUTH_TOKEN_PREVIOUS. 1. Twilio Console > '
      'Account > API keys & tokens: promote the secondary token, which is TWILIO_AUTH_TOKEN. The imports are then made anew, '
      'their numbers go back to ElevenLabs, and this resolves, all by itself.');
  perform private.report_numbers_once('imports_outdated', 'manual', case when p_manual then private.reported_numbers(array['refused']) end,
    'The imports of %1$s numbers at ElevenLabs were made with a token that Twilio takes no more; until they are made anew, '
      'this server answers their calls, and nobody can call from them: %2$s. For each: 1. ElevenLabs Dashboard > Phone Numbers: '
      'delete it, then Import Phone Number > From Twilio with our Twilio account''s SID and Auth Token, and choose its agent. '
      '2. POST /api/admin/phone-numbers/<number>/activate {"elevenLabsPhoneId": "<new phone id>"}. This resolves by itself '
      'once none is left.');
  perform private.report_numbers_once('imports_outdated', 'renewal',
    case when not p_manual then private.reported_numbers(array['refused']) end,
    'The imports of %1$s numbers at ElevenLabs were made with a token that Twilio takes no more, and are being made anew; until '
      'then this server answers their calls, and nobody can call from them: %2$s. Nothing to do, but to leave '
      'TWILIO_AUTH_TOKEN_PREVIOUS as it is: one import goes first, and the others follow once that is as it is to be; where one '
      'fails, elevenlabs_import_required or order_needs_attention says what to do. This resolves by itself once none is left.');
  perform private.report_numbers_once('imports_outdated', 'former', private.reported_numbers(array['unknown'], p_known => '{true}'),
    'The imports of %1$s numbers at ElevenLabs were made with another token than TWILIO_AUTH_TOKEN, and this server was not '
      'told that one; it answers their calls until then: %2$s. 1. Put the token before into TWILIO_AUTH_TOKEN_PREVIOUS, and '
      'restart. The imports are then made anew, and this resolves, all by itself. 2. Where nobody has it any more, for each: '
      'ElevenLabs Dashboard > Phone Numbers: delete it; POST /api/admin/reconcile {"mode": "repair"} has it imported anew.');
  perform private.report_numbers_once('imports_outdated', 'unknown', private.reported_numbers(array['unknown'], p_known => '{false}'),
    'Nobody here knows with which token the imports of %1$s numbers at ElevenLabs were made, and the token was exchanged; this '
      'server answers their calls until that is clear: %2$s. For each: 1. Where its import was made with TWILIO_AUTH_TOKEN: POST '
      '/api/admin/phone-numbers/<number>/activate {"elevenLabsPhoneId": "<its phone id>"}. 2. Otherwise ElevenLabs Dashboard > '
      'Phone Numbers: delete it; POST /api/admin/reconcile {"mode": "repair"} has it imported anew. This resolves by itself once '
      'none is left.');
end
$$;

-- A server has looked at imports that are for another one to look after. That it does so itself is seen within a
-- minute; where none does, no exchange of tokens begins. d: the deployment, whose row the caller holds.
create function private.report_unled_imports(d orgline.deployment, p_public_url text) returns void
language plpgsql set search_path = '' as $$
begin
  if d.unled_since is null then
    update orgline.deployment set unled_since = clock_timestamp() where unled_since is null;
  elsif d.unled_since < clock_timestamp() - interval '1 minute' then
    perform private.notify_state('imports_outdated', 'unled', format(
      'No server has looked after the imports at ElevenLabs for more than a minute, so none is made anew where '
        'TWILIO_AUTH_TOKEN was exchanged. %s This resolves by itself once a server does it.',
      case when d.public_url <> p_public_url then format(
        'The numbers point at %1$s, and PUBLIC_URL of the server that runs is %2$s. 1. See whether a server runs at %1$s; it '
          'looks after them. 2. If the deployment moved to %2$s: see that %1$s is in PUBLIC_URL_PREVIOUS and that %2$s leads here, '
          'or POST /api/admin/reconcile {"mode": "repair", "acceptPublicUrl": true}. Do not promote a token at Twilio before.',
        d.public_url, p_public_url)
      else
        'The server that was started last has another TWILIO_AUTH_TOKEN than the one that runs. 1. Give every server the same '
          '.env. 2. Restart the one that is to stay. Do not promote a token at Twilio before.' end));
  end if;
end
$$;

-- The numbers with one of the states, of which something can be done. p_late: only those that are not
-- synced though it is a minute since they were judged; p_known: only those of which it is so that the token is known.
create function private.reported_numbers(
  p_states text[], p_late boolean default false, p_known boolean[] default '{true,false}'
) returns text[]
language sql stable set search_path = '' as $$
  select array_agg(p.phone_number order by p.phone_number) from orgline.phone_numbers p
  where p.import_state = any (p_states) and private.is_in_use(p.status) and private.can_change_sides(p)
    and (not p_late or (p.sync_due_at is not null and p.updated_at < clock_timestamp() - interval '1 minute'))
    and (p.import_token_hash is not null) = any (p_known)
$$;
