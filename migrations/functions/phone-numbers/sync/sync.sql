-- Numbers whose settings outside do not fit any more, until they have been brought there.

-- Takes the next due number of those asked for: with p_any whichever is next, else the organization's or
-- the given one. Its due time, pushed away, is the lease: a worker that dies leaves the number due again.
-- A number that an order is working on waits for it, because the order may still go by what it read before; one that is
-- missing at Twilio, or somebody else's there, waits until the sweep finds it again; one that goes by
-- settings of another server (p_inbound_voice, p_agent_id: this one's) waits for that; none is tried
-- while a carrier that is asked then refuses our account, nor by a server that is not the one the numbers were last
-- pointed at (begin_repair): a copy of the database must not take the numbers of its original.
-- Those that wait in the pool go last: nobody calls them, and whoever takes one syncs it, too.
-- waits_for: why none was taken that is due; null where that has no lasting reason.
create function private.claim_to_sync(
  p_any boolean, p_organization_id uuid, p_phone_number_id uuid, p_lease_ms integer, p_inbound_voice text, p_agent_id text,
  p_public_url text
) returns jsonb language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_paused text[] := private.paused_carriers();
  v_id uuid;
  v_number orgline.phone_numbers;
begin
  if private.is_current_deployment(p_public_url) then
    if p_any then
      perform private.make_more_due(p_inbound_voice, p_agent_id);
    end if;
    -- Apart, so that each is found by an index: the next one in their order, those asked for by their ids.
    if 'twilio' = any (v_paused) then
      -- Each is set up there.
    elsif p_any and 'elevenlabs' = any (v_paused) and p_inbound_voice = 'elevenlabs' then
      v_id := private.next_to_sync_without_elevenlabs(p_inbound_voice, p_agent_id, v_now, v_paused);
    elsif p_any then
      select d.id into v_id from orgline.phone_numbers d
      where d.sync_due_at <= v_now and private.may_be_claimed_to_sync(d, p_inbound_voice, p_agent_id, v_now, v_paused)
      order by d.status = 'configured', d.sync_due_at
      limit 1 for update skip locked;
    else
      select d.id into v_id from orgline.phone_numbers d
      where d.id = any (array(
          select h.phone_number_id from orgline.organization_phone_numbers h
          where h.ended_at is null and h.organization_id = p_organization_id) || p_phone_number_id)
        and d.sync_due_at <= v_now and private.may_be_claimed_to_sync(d, p_inbound_voice, p_agent_id, v_now, v_paused)
      order by d.status = 'configured', d.sync_due_at
      limit 1 for update skip locked;
    end if;
  end if;
  update orgline.phone_numbers p
  set sync_due_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0), sync_attempts = p.sync_attempts + 1
  where p.id = v_id
  returning * into v_number;
  if not found then
    return jsonb_build_object('claim', null, 'waits_for', private.sync_waits_for(p_inbound_voice, p_agent_id, p_public_url));
  end if;
  return jsonb_build_object('waits_for', null, 'claim', jsonb_build_object(
    'number', private.phone_number_view(v_number), 'lease', v_number.sync_due_at, 'attempts', v_number.sync_attempts));
end
$$;

-- The next due number that is set up without ElevenLabs: of an organization that it does not answer, else one that it
-- has nothing of, or is to be silent. All others may wait for it, and are not read.
create function private.next_to_sync_without_elevenlabs(
  p_inbound_voice text, p_agent_id text, p_now timestamptz, p_paused text[]
) returns uuid language plpgsql set search_path = '' as $$
declare
  v_id uuid;
begin
  if not exists (select from orgline.phone_numbers d where d.sync_due_at <= p_now) then
    return null;
  end if;
  select d.id into v_id from orgline.phone_numbers d
  where d.id = any (array(
      select h.phone_number_id from orgline.organizations o
      join orgline.organization_phone_numbers h on h.organization_id = o.id and h.ended_at is null
      where o.status = 'suspended' or o.settings ->> 'inbound_voice' <> 'elevenlabs'))
    and d.sync_due_at <= p_now and private.may_be_claimed_to_sync(d, p_inbound_voice, p_agent_id, p_now, p_paused)
  order by d.status = 'configured', d.sync_due_at
  limit 1 for update skip locked;
  if v_id is null then
    select d.id into v_id from orgline.phone_numbers d
    where d.sync_due_at <= p_now and (d.elevenlabs_phone_id is null or d.import_state is not null or d.status = 'quarantined')
      and private.may_be_claimed_to_sync(d, p_inbound_voice, p_agent_id, p_now, p_paused)
    order by d.status = 'configured', d.sync_due_at
    limit 1 for update skip locked;
  end if;
  return v_id;
end
$$;

-- Whether a due number is one for this server to sync now, as claim_to_sync says.
create function private.may_be_claimed_to_sync(
  p orgline.phone_numbers, p_inbound_voice text, p_agent_id text, p_now timestamptz, p_paused text[]
) returns boolean language plpgsql stable set search_path = '' as $$
begin
  return private.can_be_synced(p)
    and not exists (select from orgline.number_orders n where n.phone_number_id = p.id and n.lease_until > p_now)
    and not private.configured_by_another_server(p, p_inbound_voice, p_agent_id)
    and (p_paused = '{}' or not private.carriers_to_sync(p, p_inbound_voice) && p_paused);
end
$$;

-- Takes the next due number, whoever has it.
create function public.claim_number_to_sync(p_lease_ms integer, p_inbound_voice text, p_agent_id text, p_public_url text)
returns jsonb language sql security definer set search_path = '' as $$
  select private.claim_to_sync(true, null, null, p_lease_ms, p_inbound_voice, p_agent_id, p_public_url)
$$;

-- Takes the next due number of one organization.
create function public.claim_organization_number_to_sync(
  p_organization_id uuid, p_lease_ms integer, p_inbound_voice text, p_agent_id text, p_public_url text
) returns jsonb language sql security definer set search_path = '' as $$
  select private.claim_to_sync(false, p_organization_id, null, p_lease_ms, p_inbound_voice, p_agent_id, p_public_url)
$$;

-- Takes the given number, if it is due.
create function public.claim_given_number_to_sync(
  p_phone_number_id uuid, p_lease_ms integer, p_inbound_voice text, p_agent_id text, p_public_url text
) returns jsonb language sql security definer set search_path = '' as $$
  select private.claim_to_sync(false, null, p_phone_number_id, p_lease_ms, p_inbound_voice, p_agent_id, p_public_url)
$$;

-- The number is outside as it was to be when it was claimed. Should that have changed since, or
-- should another worker have taken over, nobody knows whose settings came last: synced once more.
-- p_carriers: those that answered.
create function public.record_number_synced(p_id uuid, p_lease timestamptz, p_carriers text[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_kinds text[];
begin
  update orgline.phone_numbers
  -- A number that is being released has no settings to be right.
  set sync_due_at = case when sync_due_at = p_lease or releasing_at is not null then null else clock_timestamp() end,
    sync_attempts = 0,
    -- ElevenLabs answers the number: what was seen while it did not is over.
    seen_voice_url = case when 'elevenlabs' <> all (p_carriers) then seen_voice_url end,
    seen_status_url = case when 'elevenlabs' <> all (p_carriers) then seen_status_url end,
    verified_at = case when sync_due_at = p_lease then clock_timestamp() else verified_at end,
    mark_seen_at = case when status = 'quarantined' and sync_due_at = p_lease
      then coalesce(mark_seen_at, clock_timestamp()) else mark_seen_at end,
    mark_doubt = case when sync_due_at = p_lease then null else mark_doubt end
  where id = p_id returning * into v_number;
  if v_number.sync_due_at is null then
    v_kinds := private.end_held_losses(array[p_id]);
  end if;
  perform private.account_accepted(p_carriers, false);
  if v_number.sync_due_at is null then
    perform private.resolve_notifications(array['phone_setup_failed'], p_id::text, 'system');
    perform private.end_reported_doubts(array[p_id]);
    perform private.report_losses(v_kinds);
  end if;
  if v_number.status = 'configured' then
    perform private.pool_changed();
  end if;
  return jsonb_build_object('synced', v_number.sync_due_at is null);
end
$$;

-- The number could not be brought where it is to be; it is tried again after p_delay_ms.
create function public.record_number_not_synced(p_id uuid, p_lease timestamptz, p_error text, p_delay_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_organization orgline.organizations;
begin
  update orgline.phone_numbers
  set sync_due_at = clock_timestamp() + make_interval(secs => case when sync_due_at = p_lease then p_delay_ms / 1000.0 else 0 end)
  where id = p_id and releasing_at is null returning * into v_number;
  if not found then
    return jsonb_build_object('due_at', null);
  end if;
  if v_number.status = 'configured' then
    perform private.pool_changed();
  end if;
  -- Told of with all others, of which it is said, too.
  if private.is_loss_held('import', p_id) then
    return jsonb_build_object('due_at', v_number.sync_due_at);
  end if;
  select o.* into v_organization from orgline.organization_phone_numbers h join orgline.organizations o on o.id = h.organization_id
  where h.phone_number_id = p_id and h.ended_at is null;
  perform private.notify('phone_setup_failed', p_id::text, jsonb_build_object(
    'cause', 'sync', 'number', v_number.phone_number, 'number_status', v_number.status, 'organization', v_organization.name,
    'organization_status', v_organization.status, 'error', p_error),
    v_organization.id, v_number.phone_number);
  return jsonb_build_object('due_at', v_number.sync_due_at);
end
$$;
