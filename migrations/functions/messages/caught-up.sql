-- Texts that the carrier lists and no webhook told of, because this server or its database gave no answer.

-- sids: those of the listed texts ({sid, to, at}) that were sent to a number of ours and that nothing here
-- knows. Where at is null, nobody can tell when, and where "to" is empty, nobody can tell to whom: such a text
-- may be of ours. The account may have numbers that are not ours. Null where the numbers point at another server
-- (begin_repair): this may be a copy of the deployment that is in use, which takes nothing.
create function public.unknown_messages(p_messages jsonb, p_public_url text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('sids', case when private.is_current_deployment(p_public_url) then coalesce(jsonb_agg(t.sid), '[]') end)
  from jsonb_to_recordset(p_messages) as t(sid text, "to" text, at timestamptz)
  where not exists (select from orgline.messages m where m.provider_message_id = t.sid)
    and not private.is_erased(array[t.sid]) and not private.is_refused(t.sid)
    and (t."to" = '' or private.was_ours(t."to", t.at))
$$;

-- One open row per number, the latest text in words.
create function private.notify_missed_text(p_sid text, p_to text, p_sent_at timestamptz) returns void
language sql set search_path = '' as $$
  select private.notify('sms_routing_failed', p_to, jsonb_build_object(
    'cause', 'missed', 'number', p_to, 'provider_id', p_sid, 'at', p_sent_at), null, p_to)
$$;
