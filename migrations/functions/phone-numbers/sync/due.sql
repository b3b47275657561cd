-- Which numbers are to be set up anew at the carriers.

-- When a number whose import is known from now on is to be synced: once more, where another order is
-- open that may be syncing it by what it read before.
create function private.sync_due_with(o orgline.number_orders, p_due_at timestamptz) returns timestamptz
language sql stable set search_path = '' as $$
  select case when exists (
    select from orgline.number_orders n
    where n.phone_number_id = o.phone_number_id and n.id <> o.id and private.is_open_order(n.status))
    then clock_timestamp() else p_due_at end
$$;

-- Why this server leaves numbers alone that have been due to be synced for a minute: address (it is not
-- the one they point at), or settings (they go by another server's); null where it leaves none.
create function private.sync_waits_for(p_inbound_voice text, p_agent_id text, p_public_url text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_is_current boolean := private.is_current_deployment(p_public_url);
  v_before timestamptz := clock_timestamp() - interval '1 minute';
begin
  -- Where this server has the deployment's settings, none goes by another's.
  if v_is_current and exists (
    select from orgline.deployment d where d.inbound_voice = p_inbound_voice and d.agent_id = p_agent_id) then
    return null;
  end if;
  return (
    select case when v_is_current then 'settings' else 'address' end
    where exists (
      select from orgline.phone_numbers p
      where p.sync_due_at < v_before and private.is_owned(p.status) and p.releasing_at is null and p.ghost_since is null
        and (not v_is_current or private.configured_by_another_server(p, p_inbound_voice, p_agent_id))));
end
$$;

-- Whether calls to the number are answered as a setting says that is another here than the deployment's.
create function private.configured_by_another_server(p orgline.phone_numbers, p_inbound_voice text, p_agent_id text) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (
    select p.status <> 'quarantined' and o.status is distinct from 'suspended' and (
        (d.inbound_voice <> p_inbound_voice and private.inbound_voice(o.id, null) is null)
        or (d.agent_id <> p_agent_id and p.agent_id is null)) is true
    from orgline.deployment d
    left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    left join orgline.organizations o on o.id = h.organization_id);
end
$$;

-- Something has changed that many numbers go by (p_what: address, voice, agent; deployment.resync_for): they are made
-- due a batch at a time, because all at once keeps whoever starts waiting. The first batch is due now, with the settings of the server that
-- says so; the loop goes on. Answers which. The caller holds the deployment's row.
create function private.begin_resync(p_what text[], p_inbound_voice text, p_agent_id text) returns uuid[]
language plpgsql set search_path = '' as $$
begin
  update orgline.deployment set
    inbound_voice = p_inbound_voice, agent_id = p_agent_id,
    -- What was under way begins anew, so that no number is left out.
    resync_for = array(select distinct w from unnest(resync_for || p_what) w),
    resync_after = '00000000-0000-0000-0000-000000000000'
  where only_row;
  return private.make_more_due(p_inbound_voice, p_agent_id);
end
$$;

-- Makes the next batch due, where begin_resync has more and this server has those settings.
create function private.make_more_due(p_inbound_voice text, p_agent_id text) returns uuid[]
language plpgsql set search_path = '' as $$
declare
  c_batch constant integer := 1000;
  v_deployment orgline.deployment;
  v_batch uuid[];
  v_due uuid[];
begin
  select d.* into v_deployment from orgline.deployment d
  where d.resync_for is not null and (d.inbound_voice, d.agent_id) is not distinct from (p_inbound_voice, p_agent_id)
  for update skip locked;
  if not found then
    return '{}';
  end if;
  v_batch := array(select p.id from orgline.phone_numbers p where p.id > v_deployment.resync_after order by p.id limit c_batch);
  with concerned as (
    select p.id from orgline.phone_numbers p
    where p.id = any (v_batch) and private.goes_by(p, v_deployment.resync_for)
    order by p.id for no key update of p
  ), due as (
    update orgline.phone_numbers p set sync_due_at = clock_timestamp(), sync_attempts = 0
    from concerned where p.id = concerned.id returning p.id
  )
  select coalesce(array_agg(due.id), '{}') into v_due from due;
  update orgline.deployment set
    resync_after = v_batch[c_batch],
    resync_for = case when cardinality(v_batch) = c_batch then resync_for end
  where only_row;
  perform private.order_import_of(p) from orgline.phone_numbers p
  left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
  where v_deployment.resync_for && array['voice', 'agent']
    and p.id = any (v_due) and private.is_live(p.status) and p.elevenlabs_phone_id is null and p.ghost_since is null
    and private.inbound_voice(h.organization_id, p_inbound_voice) = 'elevenlabs';
  return v_due;
end
$$;

-- Whether a number has to be synced when this of the deployment has changed: its address, how calls are answered where
-- an organization has not chosen (voice), or who answers where it has no agent (agent).
create function private.goes_by(p orgline.phone_numbers, p_what text[]) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (
    select p.releasing_at is null and (
      'address' = any (p_what) and private.is_owned(p.status)
      or private.is_in_use(p.status) and o.status is distinct from 'suspended' and (
        'voice' = any (p_what) and private.inbound_voice(o.id, null) is null
        or 'agent' = any (p_what) and p.agent_id is null))
    from (select 1) one
    left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    left join orgline.organizations o on o.id = h.organization_id);
end
$$;

-- Makes the numbers an organization holds due.
create function private.sync_numbers_of(p_organization_id uuid) returns void
language sql set search_path = '' as $$
  with held as (
    select p.id from orgline.phone_numbers p
    join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    where h.organization_id = p_organization_id
    order by p.id for no key update of p
  )
  update orgline.phone_numbers p set sync_due_at = clock_timestamp(), sync_attempts = 0 from held where p.id = held.id
$$;
