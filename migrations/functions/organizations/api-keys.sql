-- Keys of an organization's programs, kept as hashes.

create function private.api_key_view(k orgline.api_keys) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'id', k.id, 'name', k.name, 'prefix', k.prefix, 'scopes', to_jsonb(k.scopes), 'created_by', k.created_by,
    'created_at', k.created_at, 'last_used_at', k.last_used_at, 'expires_at', k.expires_at, 'revoked_at', k.revoked_at);
end
$$;

-- The keys that a user made for an organization, and that still work.
create function private.live_keys_of(p_organization_id uuid, p_member_user_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(private.api_key_view(k) order by k.created_at, k.id), '[]') from orgline.api_keys k
  where k.organization_id = p_organization_id and k.created_by = p_member_user_id and private.key_works(k)
$$;

-- To be asked before anything is made that comes with a key: what is there already must not fail for want of it.
create function private.require_room_for_key(p_organization_id uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.require_room('api_keys', 500, (
    select count(*) from (
      select from orgline.api_keys k where k.organization_id = p_organization_id and private.key_works(k) limit 500) counted));
end
$$;

-- Keeps a key whose place was asked for. Of those that ended before, an organization has the last hundred, or
-- making and revoking keys would fill a disk; and the ones that agents were handed out with.
create function private.keep_api_key(
  p_actor public.orgline_actor, p_organization_id uuid, p_name text, p_prefix text, p_key_hash text, p_scopes text[],
  p_expires_at timestamptz, p_id uuid default gen_random_uuid()
) returns orgline.api_keys language plpgsql set search_path = '' as $$
declare
  v_key orgline.api_keys;
begin
  insert into orgline.api_keys (id, organization_id, name, prefix, key_hash, scopes, expires_at, created_by)
  values (p_id, p_organization_id, p_name, p_prefix, p_key_hash, p_scopes, p_expires_at, private.id_of(p_actor)) returning * into v_key;
  delete from orgline.api_keys where id in (
    select k.id from orgline.api_keys k
    where k.organization_id = p_organization_id and not private.key_works(k)
      and not exists (select from orgline.agents a where a.organization_id = k.organization_id and a.api_key_id = k.id)
    order by least(k.revoked_at, k.expires_at) desc, k.id offset 100);
  perform private.audit(p_actor, 'create_api_key', p_organization_id, v_key.id::text,
    jsonb_build_object('scopes', p_scopes), p_is_done => true);
  return v_key;
end
$$;

-- Keeps a new key, of which only its hash is known here. p_expires_at null: it works until it is revoked. is_new is
-- false for the repeat of a request that has made it: nobody knows that key.
create function public.create_api_key(
  p_actor public.orgline_actor, p_organization_id uuid, p_id uuid, p_name text, p_prefix text, p_key_hash text, p_scopes text[],
  p_expires_at timestamptz
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_made orgline.api_keys;
begin
  perform private.lock_administered(p_actor, p_organization_id);
  select k.* into v_made from orgline.api_keys k where k.id = p_id and k.organization_id = p_organization_id;
  if found then
    perform private.refuse_removed(p_id, not private.key_works(v_made));
    return private.api_key_view(v_made) || '{"is_new": false}';
  end if;
  -- Asked here, so that a repeat finds what it made after that moment, too.
  if p_expires_at <= clock_timestamp() then
    raise exception 'key_over_already' using errcode = 'OL061';
  end if;
  perform private.require_room_for_key(p_organization_id);
  perform private.require_room_in_log(p_actor, p_organization_id);
  return private.api_key_view(private.keep_api_key(
    p_actor, p_organization_id, p_name, p_prefix, p_key_hash, p_scopes, p_expires_at, p_id)) || '{"is_new": true}';
end
$$;

-- key: whose it is and what it may, or null for one that is unknown, revoked or expired. Its use is noted once
-- a minute, so that a busy key does not turn every request into a write.
create function public.authenticate_api_key(p_key_hash text) returns jsonb
language sql security definer set search_path = '' as $$
  with known as (
    select * from orgline.api_keys k where k.key_hash = p_key_hash and private.key_works(k)
  ), noted as (
    update orgline.api_keys k set last_used_at = now() from known
    where k.id = known.id and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute')
  )
  select jsonb_build_object('key', (
    select jsonb_build_object('id', known.id, 'organization_id', known.organization_id, 'scopes', to_jsonb(known.scopes))
    from known))
$$;

-- The keys of an organization, revoked and expired ones too; the newest first.
create function public.list_api_keys(p_actor public.orgline_actor, p_organization_id uuid, p_limit integer, p_cursor text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_after timestamptz := private.cursor_moment(p_cursor);
  v_after_id uuid := private.cursor_id(p_cursor);
begin
  perform private.administered_organization(p_actor, p_organization_id);
  return (
    with page as (
      select k from orgline.api_keys k
      where k.organization_id = p_organization_id and (k.created_at, k.id) < (v_after, v_after_id)
      order by k.created_at desc, k.id desc
      limit p_limit + 1
    )
    select private.page(coalesce(
      jsonb_agg(private.api_key_view(page.k) order by (page.k).created_at desc, (page.k).id desc), '[]'), p_limit)
    from page);
end
$$;

-- Ends those of the keys that are not revoked yet, and names each in the log: every key that is ended comes through here.
create function private.end_keys(p_actor public.orgline_actor, p_organization_id uuid, p_ids uuid[]) returns void
language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  for v_id in
    update orgline.api_keys k set revoked_at = now()
    where k.id = any (p_ids) and k.organization_id = p_organization_id and k.revoked_at is null returning k.id
  loop
    perform private.audit(p_actor, 'revoke_api_key', p_organization_id, v_id::text, p_takes_away => true);
  end loop;
end
$$;

-- Revoking again changes nothing.
create function public.revoke_api_key(p_actor public.orgline_actor, p_organization_id uuid, p_key_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_key orgline.api_keys;
begin
  perform private.administered_organization(p_actor, p_organization_id);
  perform private.end_keys(p_actor, p_organization_id, array[p_key_id]);
  select * into v_key from orgline.api_keys k where k.id = p_key_id and k.organization_id = p_organization_id;
  if not found then
    raise exception 'api_key_not_listed' using errcode = 'OL060', detail = jsonb_build_object('key_id', p_key_id);
  end if;
  return private.api_key_view(v_key);
end
$$;
