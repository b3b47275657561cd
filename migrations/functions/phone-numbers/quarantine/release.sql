-- Releases numbers to the carrier once their quarantine is over.

-- Why the tables do not agree that nobody has this number any more; null where they do.
create function private.release_doubt(p_id uuid) returns text
language sql stable set search_path = '' as $$
  select case
    when exists (select from orgline.organization_phone_numbers h where h.phone_number_id = p_id and h.ended_at is null)
      then 'held'
    when exists (select from orgline.number_orders n where n.phone_number_id = p_id and private.is_open_order(n.status))
      then 'ordered' end
$$;

-- Takes the next number whose quarantine is over. release_at, pushed away, is the lease. None is
-- taken while a carrier refuses our account, nor by a server that is not the one the numbers were last
-- pointed at (begin_repair): where it is a copy, its original may have restored them. One whose
-- settings are still due is not taken either, because they are to tell that it is given up, and ours; nor
-- is one that was left alone, because they tell something else.
create function public.claim_number_to_release(p_lease_ms integer, p_public_url text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_number orgline.phone_numbers;
begin
  update orgline.phone_numbers p
  set release_at = v_now + make_interval(secs => p_lease_ms / 1000.0), release_attempts = p.release_attempts + 1
  where p.id = (
    select d.id from orgline.phone_numbers d
    where d.status = 'quarantined' and d.release_at <= v_now
      and ((d.sync_due_at is null and d.mark_doubt is null) or d.ghost_since is not null)
      and exists (select from orgline.deployment o where o.public_url = p_public_url)
      and not private.is_paused(array['twilio', 'elevenlabs'])
    order by d.release_at
    limit 1
    for update skip locked)
  returning * into v_number;
  return jsonb_build_object('claim', case when v_number.id is not null then jsonb_build_object(
    'number', private.phone_number_view(v_number), 'lease', v_number.release_at, 'attempts', v_number.release_attempts,
    'begun', v_number.releasing_at is not null,
    'deployment', (select d.id from orgline.deployment d), 'doubt', private.release_doubt(v_number.id)) end);
end
$$;

-- Before each removal outside: from the first on there is no way back. Renews the lease; refused
-- where the number was restored meanwhile, or another worker has it.
create function public.begin_release(p_id uuid, p_lease timestamptz, p_lease_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  update orgline.phone_numbers
  set releasing_at = coalesce(releasing_at, clock_timestamp()), sync_due_at = null, updated_at = now(),
    release_at = clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0)
  where id = p_id and status = 'quarantined' and release_at = p_lease returning * into v_number;
  if not found or private.release_doubt(p_id) is not null then
    raise exception 'release_lease_lost' using errcode = 'OL006', detail = jsonb_build_object('id', p_id);
  end if;
  return jsonb_build_object('lease', v_number.release_at);
end
$$;

-- Twilio has neither the number nor its SID, before this run has removed it: a removal that was begun may never
-- have been carried out. presumed: that is believed.
create function public.presume_number_gone(p_id uuid) returns jsonb
language sql security definer set search_path = '' as $$
  select jsonb_build_object('presumed', private.may_presume_lost('number', p_id))
$$;

-- The number is in our account no more. Recorded whoever says so: it is a fact.
create function public.record_released(p_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_kinds text[];
begin
  update orgline.phone_numbers
  -- Its import went with it. Its id stays: it tells whose a call was that is reported late.
  set status = 'released', released_at = clock_timestamp(), release_at = null, sync_due_at = null, updated_at = now(),
    import_token_hash = null, import_begun_hash = null, import_state = null,
    import_voice_url = null, import_status_url = null, import_urls_of = null, last_resort_of = null,
    seen_voice_url = null, seen_status_url = null
  where id = p_id and status = 'quarantined' and releasing_at is not null;
  if not found then
    return jsonb_build_object('recorded', false);
  end if;
  v_kinds := private.end_held_losses(array[p_id]);
  perform private.account_accepted(array['twilio', 'elevenlabs'], false);
  perform private.report_losses(v_kinds);
  perform private.resolve_release_notifications(p_id);
  return jsonb_build_object('recorded', true);
end
$$;

-- The number is still there. Tried again after p_delay_ms; p_needs_attention: it will fail again unless
-- somebody acts.
create function public.record_release_failed(p_id uuid, p_lease timestamptz, p_error text, p_delay_ms integer,
  p_needs_attention boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  update orgline.phone_numbers set release_at = clock_timestamp() + make_interval(secs => p_delay_ms / 1000.0)
  where id = p_id and status = 'quarantined' and release_at = p_lease returning * into v_number;
  if not found then
    return jsonb_build_object('recorded', false);
  end if;
  if private.is_loss_held('number', p_id) then
    -- Told of with all others, of which it is said, too.
    return jsonb_build_object('recorded', true);
  end if;
  if p_needs_attention then
    perform private.notify('reconcile_findings', 'release:' || p_id, jsonb_build_object(
      'cause', 'release', 'number', v_number.phone_number, 'error', p_error, 'has_begun', v_number.releasing_at is not null),
      null, v_number.phone_number);
  else
    perform private.notify('phone_setup_failed', p_id::text, jsonb_build_object(
      'cause', 'release', 'number', v_number.phone_number, 'error', p_error), null, v_number.phone_number);
  end if;
  return jsonb_build_object('recorded', true);
end
$$;
