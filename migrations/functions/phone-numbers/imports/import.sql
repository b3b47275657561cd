-- What is known of a number's import at ElevenLabs.

-- Records the number's import: the one way in for all. p_token_hash: of the Twilio token it was made
-- with; null: nobody knows, so it is of no use, until a person decides, where it may be older than the present
-- token. The same import, made with the same token, stays what it is, unless it was thought to be gone. One that is found
-- again, or late, is fine only where its token is the accepted one; any other is judged next. What was seen at Twilio
-- stays, too, because a person may have made it before that (begin_import: otherwise).
create function private.record_import(p_id uuid, p_elevenlabs_phone_id text, p_token_hash text) returns void
language sql set search_path = '' as $$
  update orgline.phone_numbers p
  set elevenlabs_phone_id = p_elevenlabs_phone_id, import_token_hash = p_token_hash, import_begun_hash = null, updated_at = now(),
    import_state = case
      when p_token_hash = d.early_token_hash then 'early'
      when p.elevenlabs_phone_id = p_elevenlabs_phone_id and p.import_token_hash is not distinct from p_token_hash
        and nullif(p.import_state, 'gone') is not null then p.import_state
      when p_token_hash <> d.accepted_token_hash and p_token_hash = any (d.ended_token_hashes) then 'refused'
      when p_token_hash <> d.accepted_token_hash then 'unknown'
      when p_token_hash is null and private.may_be_older(p, d.token_since) then 'unknown' end
  from orgline.deployment d
  where p.id = p_id
$$;

-- How many numbers there are, about: as the last analysis found them.
create function private.numbers_about() returns bigint
language sql stable set search_path = '' as $$
  select greatest(0, c.reltuples)::bigint from pg_catalog.pg_class c where c.oid = 'orgline.phone_numbers'::regclass
$$;

-- Some of the imports that ElevenLabs has for all we know: a list of its that lacks any of them is wrong.
create function private.some_imports() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(known.elevenlabs_phone_id), '[]') from (
    select p.elevenlabs_phone_id from orgline.phone_numbers p
    where p.elevenlabs_phone_id is not null and p.import_state is null and private.is_live(p.status) and not private.has_open_order(p.id)
    order by p.id limit 10) known
$$;

-- A voice URL of ElevenLabs that Twilio shows, before anybody changes it. p_is_of_import: ElevenLabs answers the number by
-- this very import, or has made it a moment ago, so the import left it; the first to read it tells. p_is_last_resort: it is
-- the one that servers and people set where they know no better. Of an import that is of use and was never read, any
-- other is a reading, and this one too, unless somebody set it (p_is_of_import false, or last_resort_of). Of any other
-- number it is kept apart, as what an import may have left that nobody knows yet. p_status_url null: it could not be
-- seen; what is known of the same place stays.
create function public.note_import_urls(
  p_id uuid, p_elevenlabs_phone_id text, p_voice_url text, p_status_url text, p_is_of_import boolean, p_is_last_resort boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_best record;
  v_status_url text;
begin
  select p.* into v_number from orgline.phone_numbers p
  where p.id = p_id and p.elevenlabs_phone_id is not distinct from p_elevenlabs_phone_id;
  v_best := private.best_import_urls(v_number);
  v_status_url := coalesce(p_status_url, case when v_best.voice_url = p_voice_url then v_best.status_url end);
  if private.wants_import_urls(v_number, p_elevenlabs_phone_id) is not true then
    update orgline.phone_numbers p set seen_voice_url = p_voice_url, seen_status_url = v_status_url
    where p.id = v_number.id and p.elevenlabs_phone_id is not distinct from p_elevenlabs_phone_id and not p_is_of_import;
    return jsonb_build_object('noted', found);
  end if;
  if p_is_last_resort and (not p_is_of_import or v_number.last_resort_of = p_elevenlabs_phone_id) then
    update orgline.phone_numbers p set last_resort_of = p_elevenlabs_phone_id
    where p.id = p_id and p.last_resort_of is distinct from p_elevenlabs_phone_id
      and private.wants_import_urls(p, p_elevenlabs_phone_id);
    return jsonb_build_object('noted', found);
  end if;
  -- The deployment before the number, as where all imports are reviewed. What a server would have written itself tells
  -- nothing of other numbers.
  update orgline.deployment set import_voice_url = p_voice_url, import_status_url = v_status_url
  where p_is_of_import and p_voice_url is distinct from v_best.voice_url and exists (
    select from orgline.phone_numbers p where p.id = p_id and private.wants_import_urls(p, p_elevenlabs_phone_id));
  update orgline.phone_numbers p
  set import_voice_url = p_voice_url, import_status_url = v_status_url, import_urls_of = p.elevenlabs_phone_id,
    seen_voice_url = null, seen_status_url = null, last_resort_of = null
  where p.id = p_id and private.wants_import_urls(p, p_elevenlabs_phone_id);
  return jsonb_build_object('noted', found);
end
$$;

-- Whether this is the number's import, is of use, and nobody has read yet what it left.
create function private.wants_import_urls(p orgline.phone_numbers, p_elevenlabs_phone_id text) returns boolean
language sql immutable set search_path = '' as $$
  select p.elevenlabs_phone_id = p_elevenlabs_phone_id and p.import_state is null
    and p.import_urls_of is distinct from p.elevenlabs_phone_id
$$;

-- Where ElevenLabs is best taken to want calls to the number, and their ends: as its import left it; or as it was seen
-- since, while ElevenLabs did not answer; or as an earlier import of it left it, or else another number's. Where the
-- number was at the last resort, which is of nobody's import or of another workspace's, the others' come first. Null:
-- nothing of the kind was ever read.
create function private.best_import_urls(p orgline.phone_numbers, out voice_url text, out status_url text)
language plpgsql stable set search_path = '' as $$
declare
  v_is_read boolean := coalesce(p.import_urls_of = p.elevenlabs_phone_id, false);
begin
  if p.seen_voice_url is not null and not v_is_read then
    voice_url := p.seen_voice_url;
    status_url := p.seen_status_url;
    return;
  end if;
  if not v_is_read and (p.import_voice_url is null or p.last_resort_of = p.elevenlabs_phone_id) then
    select d.import_voice_url, d.import_status_url into voice_url, status_url from orgline.deployment d;
  end if;
  if voice_url is null then
    voice_url := p.import_voice_url;
    status_url := p.import_status_url;
  end if;
end
$$;
