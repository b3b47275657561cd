-- What the imports are to be taken for, by the Twilio token each was made with.

-- What an import is to be taken for that was made with the token of p_hash; p_waits: Twilio still takes
-- the earlier token, and signs with it. p_ended: of the tokens that it takes no more. p_older: it may be one of the
-- time before the present token. p_state: what it was taken for until now.
create function private.import_state_of(
  p_state text, p_hash text, p_token_hash text, p_previous_hash text, p_waits boolean, p_ended text[], p_older boolean
) returns text language sql immutable set search_path = '' as $$
  select case
    when p_state = 'gone' then 'gone'
    when p_hash = p_token_hash then case when p_waits then 'early' end
    when p_hash = p_previous_hash then case when p_waits then 'outdated' else 'refused' end
    when p_hash = any (p_ended) then 'refused'
    when p_hash is not null or p_previous_hash is not null or p_older then 'unknown'
    else p_state end
$$;

-- A number that can be brought from ElevenLabs to our own route, or back. One that is missing at Twilio,
-- released, or left alone is judged once it is none of these any more, and nobody waits for it meanwhile.
create function private.can_change_sides(p orgline.phone_numbers) returns boolean
language sql immutable set search_path = '' as $$
  select private.can_be_synced(p) and p.mark_doubt is null
$$;

-- Whether one number was brought over because of these tokens, and synced: what holds up all would have
-- held it up. Where nobody knows the token of any, none shows that, and each goes alone.
create function private.one_has_gone_ahead(p_token_hash text, p_previous_hash text) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from orgline.phone_numbers p
    where p.import_state <> 'gone' and p.sync_due_at is null and private.can_change_sides(p)
      and p.import_token_hash in (p_token_hash, coalesce(p_previous_hash, p.import_token_hash)))
$$;

-- The numbers whose imports may be taken for something else than fine, by these tokens; p_since: see may_be_older. Each
-- kind apart, so that an index finds it however many imports are fine. Planned for its values: nearly all imports have the
-- present token, so what holds for any token holds for none that is asked for here.
create function private.imports_to_judge(p_token_hash text, p_previous_hash text, p_waits boolean, p_since timestamptz) returns uuid[]
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return array(
    select p.id from orgline.phone_numbers p
    where p.elevenlabs_phone_id is not null and private.may_be_ours(p.status) and p.import_state is not null
    union
    select p.id from orgline.phone_numbers p
    where p.elevenlabs_phone_id is not null and private.may_be_ours(p.status)
      and (p.import_token_hash < p_token_hash or p.import_token_hash > p_token_hash)
    union
    select p.id from orgline.phone_numbers p
    where p.elevenlabs_phone_id is not null and private.may_be_ours(p.status)
      and p_waits and p.import_token_hash = p_token_hash
    union
    -- Nobody knows with which token these were made, which matters only where there was another. As may_be_older and
    -- was_entered have it, for all at once: asked one by one, tens of thousands take seconds.
    select p.id from orgline.phone_numbers p
    where p.elevenlabs_phone_id is not null and private.may_be_ours(p.status) and p.import_state is null
      and p.import_token_hash is null and (p_previous_hash is not null or p.bought_at <= p_since)
    union
    select p.id from orgline.phone_numbers p
    where p.elevenlabs_phone_id is not null and private.may_be_ours(p.status) and p.import_state is null
      and p.import_token_hash is null and p.bought_at is null and p_since is not null
    union
    select p.id from orgline.phone_numbers p
    join orgline.number_orders n on n.phone_number_id = p.id and n.cause = 'manual' and n.created_at = p.created_at
    where p.elevenlabs_phone_id is not null and private.may_be_ours(p.status) and p.import_state is null
      and p.import_token_hash is null and p.bought_at > p_since);
end
$$;

-- Whether numbers wait for Twilio to refuse the earlier token. One that cannot be brought anywhere now comes back later,
-- and is judged then. Planned for its values, as imports_to_judge is.
create function private.await_refusal(p_previous_hash text) returns boolean
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return exists (
    select from orgline.phone_numbers p where p.import_state in ('early', 'outdated') and private.may_be_ours(p.status)
    union all
    select from orgline.phone_numbers p
    where p.import_token_hash = p_previous_hash and p.elevenlabs_phone_id is not null and private.may_be_ours(p.status));
end
$$;

-- Records what each import is to be taken for. Where that changes who answers, the number is due: the
-- first alone, and no more than p_at_once that are not synced.
create function private.judge_imports(p_token_hash text, p_previous_hash text, p_waits boolean, p_at_once integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_room integer := p_at_once - private.unsynced_imports();
  v_due integer;
  v_since timestamptz := (select d.token_since from orgline.deployment d);
  v_ended text[] := (select d.ended_token_hashes from orgline.deployment d);
  v_ids uuid[] := private.imports_to_judge(p_token_hash, p_previous_hash, p_waits, v_since);
begin
  if not private.one_has_gone_ahead(p_token_hash, p_previous_hash) then
    v_room := 1 - private.unsynced_imports();
  end if;
  with judged as (
    select p.id, p.import_state, p.status,
      private.import_state_of(p.import_state, p.import_token_hash, p_token_hash, p_previous_hash, p_waits,
        v_ended, private.may_be_older(p, v_since)) as state
    from orgline.phone_numbers p
    where p.id = any (v_ids) and private.can_change_sides(p)
  ), turned as (
    select j.id from judged j
    where (j.import_state is null) <> (j.state is null) order by j.status = 'configured' desc, j.id limit greatest(v_room, 0)
  ), locked as (
    select p.id, j.state, t.id is not null as turns from orgline.phone_numbers p join judged j on j.id = p.id
    left join turned t on t.id = p.id
    where j.state is distinct from j.import_state and (t.id is not null or (j.import_state is null) = (j.state is null))
    order by p.id for no key update of p
  ), changed as (
    update orgline.phone_numbers p
    set import_state = l.state, updated_at = now(),
      sync_due_at = case when l.turns then clock_timestamp() else p.sync_due_at end,
      sync_attempts = case when l.turns then 0 else p.sync_attempts end
    from locked l where p.id = l.id returning l.turns
  )
  select count(*) filter (where c.turns) into v_due from changed c;
  return v_due;
end
$$;

-- Numbers on their way to our own route, because of their imports.
create function private.unsynced_imports() returns integer
language sql stable set search_path = '' as $$
  select count(*)::integer from orgline.phone_numbers p
  where p.import_state <> 'gone' and p.sync_due_at is not null and private.can_change_sides(p)
$$;
