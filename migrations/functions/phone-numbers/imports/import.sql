-- What is known of a number's import at ElevenLabs.

-- Records the number's import: the one way in for all. p_token_hash: of the Twilio token it was made
-- with; null: nobody knows, so it is of no use, until a person decides, where it may be older than the present
-- token. The same import, made with the same token, stays what it is, unless it was thought to be gone; what
-- another left at Twilio is not this one's.
create function private.record_import(p_id uuid, p_elevenlabs_phone_id text, p_token_hash text) returns void
language sql set search_path = '' as $$
  update orgline.phone_numbers p
  set elevenlabs_phone_id = p_elevenlabs_phone_id, import_token_hash = p_token_hash, import_begun_hash = null, updated_at = now(),
    import_state = case
      when p_token_hash = d.early_token_hash then 'early'
      when p.elevenlabs_phone_id = p_elevenlabs_phone_id and p.import_token_hash is not distinct from p_token_hash
        and nullif(p.import_state, 'gone') is not null then p.import_state
      when p_token_hash is null and private.may_be_older(p, d.token_since) then 'unknown' end,
    import_voice_url = case when p.elevenlabs_phone_id = p_elevenlabs_phone_id then p.import_voice_url end,
    import_status_url = case when p.elevenlabs_phone_id = p_elevenlabs_phone_id then p.import_status_url end
  from orgline.deployment d
  where p.id = p_id
$$;

-- Some of the imports that ElevenLabs has for all we know: a list of its that lacks any of them is wrong.
create function private.some_imports() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(known.elevenlabs_phone_id), '[]') from (
    select p.elevenlabs_phone_id from orgline.phone_numbers p
    where p.elevenlabs_phone_id is not null and p.import_state is null and private.is_live(p.status) and not private.has_open_order(p.id)
    order by p.id limit 10) known
$$;

-- What the import left at Twilio, as it was read there before anybody changed it: the first one to read it tells.
create function public.note_import_urls(p_id uuid, p_elevenlabs_phone_id text, p_voice_url text, p_status_url text) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.phone_numbers set import_voice_url = p_voice_url, import_status_url = p_status_url
  where id = p_id and elevenlabs_phone_id = p_elevenlabs_phone_id and import_voice_url is null;
  return jsonb_build_object('noted', found);
end
$$;
