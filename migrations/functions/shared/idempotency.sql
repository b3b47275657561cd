-- Requests under an Idempotency-Key, answered once.

-- The operator, the user or the key that sends an Idempotency-Key.
create function private.asker_of(p_owner text, p_key_id uuid) returns public.orgline_actor
language sql immutable set search_path = '' as $$
  select case when p_key_id is not null then jsonb_build_object('kind', 'key', 'id', p_key_id)
    when p_owner like 'admin:%' then jsonb_build_object('kind', 'operator', 'name', substr(p_owner, 7))
    else jsonb_build_object('kind', 'user', 'id', substr(p_owner, 6)) end
$$;

-- What a request is about must be there for whoever asks, and they must have the role that it takes. Of a key the
-- door has asked that, as its scope. An admin who names nothing means the only organization they have.
create function private.require_asker(p_actor public.orgline_actor, p_organization_id uuid, p_agent_id text, p_role text)
returns void language plpgsql stable set search_path = '' as $$
declare
  v_organization_id uuid := p_organization_id;
begin
  if p_agent_id is not null then
    v_organization_id := (private.visible_agent(p_actor, p_agent_id)).organization_id;
  end if;
  if p_role = 'admin' and p_actor ->> 'kind' = 'user' then
    perform private.administered_organization(p_actor, private.organization_meant(p_actor, v_organization_id));
  elsif v_organization_id is not null then
    perform private.visible_organization(p_actor, v_organization_id);
  end if;
end
$$;

-- Who is counted for an Idempotency-Key: what it is counted as, and where that is one of an organization's keys, all of
-- them together behind it.
create function private.owners_counted(p_owner text, p_counted_as text) returns text[]
language sql immutable set search_path = '' as $$
  select case when p_counted_as like p_owner || ' key %' then array[p_counted_as, p_owner] else array[p_counted_as] end
$$;

-- The Idempotency-Key header. Keys count for 24 hours, are deleted then (retention.sql), and belong to
-- one caller.
-- result: run (go on, and finish with the token), or replay (the stored answer). A request that was
-- answered never runs again: what it did may have been undone since. A user who may not see the answer any
-- more is refused as the request would be. An answer to a user that names no organization is not replayed.
-- Of new keys an owner has so many in a day; none is forgotten for another, because its request would be done twice.
-- p_organization_id, p_agent_id: what the request is about; p_role: what a user must be for it. Whoever may not is
-- refused before anything is written. An operator has keys of their own for each organization.
-- p_key_id: the key of an organization that asks. p_is_marked: its change marks the key (private.audit), so a repeat that
-- finds it marked and no answer is refused.
create function public.begin_idempotent_request(
  p_owner text, p_key text, p_request_hash text, p_lease_seconds integer, p_organization_id uuid default null,
  p_key_id uuid default null, p_agent_id text default null, p_role text default null, p_is_marked boolean default false
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_row orgline.idempotency_keys;
  v_locked orgline.idempotency_keys;
  v_token uuid := gen_random_uuid();
  v_counted_as text := p_owner || coalesce(' key ' || p_key_id, case when p_owner like 'admin:%' then ' ' || p_organization_id end, '');
begin
  delete from orgline.idempotency_keys where owner = p_owner and key = p_key and created_at < now() - interval '24 hours';
  -- Only where there is none: an insert would wait for a change of the row that is there.
  if not exists (select from orgline.idempotency_keys where owner = p_owner and key = p_key) then
    perform private.require_asker(private.asker_of(p_owner, p_key_id), p_organization_id, p_agent_id, p_role);
    insert into orgline.idempotency_keys (owner, key, request_hash, lease_token, lease_until, counted_as)
    values (p_owner, p_key, p_request_hash, v_token, clock_timestamp() + make_interval(secs => p_lease_seconds), v_counted_as)
    on conflict (owner, key) do nothing;
    if found then
      perform private.require_room_to_add('idempotency_keys', private.owners_counted(p_owner, v_counted_as));
      perform private.count_added('idempotency_keys', private.owners_counted(p_owner, v_counted_as));
      return jsonb_build_object('result', 'run', 'token', v_token);
    end if;
  end if;
  select * into v_row from orgline.idempotency_keys where owner = p_owner and key = p_key;
  if not found then
    -- The other request freed its key between our two statements.
    raise exception 'key_just_ended' using errcode = 'OL014';
  end if;
  if v_row.request_hash <> p_request_hash then
    raise exception 'key_of_another_request' using errcode = 'OL013';
  end if;
  if v_row.reply_status is not null and (p_owner not like 'user:%' or v_row.organization_id is not null) then
    -- Of users alone: an operator may see all, and a key's answers are those of its organization.
    if p_owner like 'user:%' then
      perform private.require_asker(private.asker_of(p_owner, null), v_row.organization_id, null, v_row.role);
    end if;
    return jsonb_build_object('result', 'replay', 'status', v_row.reply_status, 'body', v_row.reply_body);
  end if;
  if v_row.lease_until > clock_timestamp() then
    raise exception 'key_still_running' using errcode = 'OL014';
  end if;
  -- A run that was given up may be making its change at this moment, and has marked its key: it is not waited for.
  select * into v_locked from orgline.idempotency_keys where owner = p_owner and key = p_key for update skip locked;
  if not found or (v_locked.lease_token, v_locked.reply_status) is distinct from (v_row.lease_token, v_row.reply_status) then
    raise exception 'key_just_ended' using errcode = 'OL014';
  end if;
  if p_is_marked and v_locked.has_effect then
    raise exception 'answer_lost' using errcode = 'OL025';
  end if;
  update orgline.idempotency_keys
  set lease_token = v_token, lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds)
  where owner = p_owner and key = p_key;
  return jsonb_build_object('result', 'run', 'token', v_token);
end
$$;

-- For requests that are repeated under an id, and find that somebody has ended what it is of: whoever believed that to be
-- theirs would go on with nothing.
create function private.refuse_removed(p_id uuid, p_is_removed boolean) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if p_is_removed then
    raise exception 'result_removed' using errcode = 'OL009', detail = jsonb_build_object('id', p_id);
  end if;
end
$$;

-- Whether an answer has the id of something that was erased with its contact.
create function private.mentions_erased(p_reply_body jsonb) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from jsonb_path_query(p_reply_body, 'strict $.** ? (@.type() == "string")') as reported
    join orgline.erased_keys e on e.key = reported #>> '{}')
$$;

-- To be called once the ids of what is erased are remembered: no repeat is answered with it any more.
-- The repeat of a request that made any of it runs, and finds out (refuse_erased). The lock is held
-- against all who record answers, so theirs are not read one by one: the index idempotency_keys_strings
-- is of this very expression, and the planner is kept from thinking a scan cheaper, since it does not
-- know what looking through an answer costs. Nothing of this transaction was remembered before now();
-- the seconds are for a clock that is put back.
create function private.erase_answers() returns void
language plpgsql set search_path = '' set enable_seqscan = off as $$
declare
  v_erased text[] := array(select e.key from orgline.erased_keys e where e.erased_at >= now() - interval '10 seconds');
begin
  perform private.lock_answers();
  delete from orgline.idempotency_keys k
  where jsonb_path_query_array(k.reply_body, 'strict $.** ? (@.type() == "string")') ?| v_erased;
end
$$;

-- p_reply_status null: the attempt had no effect, so the key is free again, unless an earlier one had.
-- An answer that tells of what was erased meanwhile is not kept. p_organization_id: whose it is, and p_role:
-- what a user must be there to be told it again; both null: no user is.
create function public.finish_idempotent_request(
  p_owner text, p_key text, p_token uuid, p_reply_status integer, p_reply_body jsonb, p_organization_id uuid default null,
  p_role text default null
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_freed orgline.idempotency_keys;
begin
  perform private.share_answers();
  if private.mentions_erased(p_reply_body) then
    return public.keep_idempotency_key(p_owner, p_key, p_token);
  end if;
  if p_reply_status is null then
    delete from orgline.idempotency_keys
    where owner = p_owner and key = p_key and lease_token = p_token and not has_effect and reply_status is null
    returning * into v_freed;
    if found then
      -- What is free again was none.
      perform private.count_removed(
        'idempotency_keys', private.owners_counted(v_freed.owner, v_freed.counted_as), v_freed.created_at);
      return '{"finished": true}';
    else
      update orgline.idempotency_keys set lease_token = null, lease_until = null
      where owner = p_owner and key = p_key and lease_token = p_token;
    end if;
  else
    update orgline.idempotency_keys
    set reply_status = p_reply_status, reply_body = p_reply_body, organization_id = p_organization_id, role = p_role,
      lease_token = null, lease_until = null
    where owner = p_owner and key = p_key and lease_token = p_token;
  end if;
  return jsonb_build_object('finished', found);
end
$$;

-- The attempt had its effect, but its answer is not kept: the same request runs anew, and finds the
-- effect; the key is good for no other.
create function public.keep_idempotency_key(p_owner text, p_key text, p_token uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update orgline.idempotency_keys set has_effect = true, lease_token = null, lease_until = null
  where owner = p_owner and key = p_key and lease_token = p_token;
  return jsonb_build_object('finished', found);
end
$$;
