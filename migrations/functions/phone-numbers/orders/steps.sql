-- The results of the pipeline's steps. Each is recorded with the lease's token and answers the order as
-- it is now, so that the worker goes on without reading again.

-- import, confirmed: ElevenLabs has the number under this id. p_made: this step has made it; else it was found.
-- p_token_hash: of the Twilio token it was made with; null: nobody knows.
create function public.record_imported(
  p_order_id uuid, p_token uuid, p_elevenlabs_phone_id text, p_token_hash text, p_made boolean
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
begin
  update orgline.phone_numbers
  -- One that is live already stays so: this server answers it until it is synced.
  set status = case when private.is_live(status) then status else 'imported' end,
    sync_due_at = private.sync_due_with(v_order, sync_due_at)
  where id = v_order.phone_number_id;
  perform private.record_import(v_order.phone_number_id, p_elevenlabs_phone_id, p_token_hash);
  perform private.account_accepted(array['elevenlabs']);
  perform private.end_trial(v_order, p_made);
  return private.advance_order(p_order_id, 'sync');
end
$$;

-- The order is past its import. Where that was tried once more (try_stopped_import) and made, ElevenLabs makes imports
-- again: the other orders that stopped there go on. One that was found, or is not needed, tells nothing of that, so the
-- next order is tried. Who was told stays so until it has worked.
create function private.end_trial(o orgline.number_orders, p_made boolean) returns void
language plpgsql set search_path = '' as $$
begin
  if not o.is_trial then
    return;
  end if;
  update orgline.number_orders set is_trial = false where id = o.id;
  perform private.resume_orders(array(
    select n.id from orgline.number_orders n join orgline.phone_numbers p on p.id = n.phone_number_id
    where n.status = 'needs_attention' and n.step = 'import' and p.ghost_since is null and p.mark_doubt is null
      and p.releasing_at is null
    order by n.updated_at, n.id limit case when not p_made then 1 end for update of n skip locked), not p_made);
end
$$;

-- import, about to be asked for: ElevenLabs has none of the number at this moment, so the one it is found
-- to have later was made with this token, and what was seen at Twilio until now tells nothing of it.
create function public.begin_import(p_order_id uuid, p_token uuid, p_lease_seconds integer, p_token_hash text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
begin
  perform public.renew_order_lease(p_order_id, p_token, p_lease_seconds);
  update orgline.phone_numbers set import_begun_hash = p_token_hash, seen_voice_url = null, seen_status_url = null
  where id = v_order.phone_number_id;
  return '{}';
end
$$;

-- sync, impossible: ElevenLabs does not know the import's id any more. The order imports the number first;
-- order null: ElevenLabs says so of too many, so nothing is recorded.
create function public.record_import_gone(p_order_id uuid, p_token uuid, p_elevenlabs_phone_id text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_number orgline.phone_numbers;
begin
  select p.* into v_number from orgline.phone_numbers p
  where p.id = v_order.phone_number_id and p.elevenlabs_phone_id = p_elevenlabs_phone_id for no key update;
  if found and private.would_miss_import(v_number.import_state) and not private.may_presume_lost('import', v_number.id) then
    return jsonb_build_object('order', null);
  end if;
  update orgline.phone_numbers set import_state = 'gone', updated_at = now() where id = v_number.id;
  return jsonb_build_object('order', private.advance_order(p_order_id, 'import'));
end
$$;

-- import, not needed: this server answers the number's calls.
create function public.skip_import(p_order_id uuid, p_token uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.end_trial(private.leased_order(p_order_id, p_token), false);
  return private.advance_order(p_order_id, 'sync');
end
$$;

-- sync, verified: the number is live for its organization, or waits in the pool, bound to p_agent_id
-- (null: the server's own, p_default_agent_id). One that ElevenLabs is to answer by now (p_inbound_voice
-- where its organization has not chosen) is imported next. p_carriers: those that answered. Set up for another
-- address (p_public_url) than numbers were pointed at meanwhile, it is due to be synced.
create function public.record_synced(
  p_order_id uuid, p_token uuid, p_agent_id text, p_default_agent_id text, p_inbound_voice text, p_carriers text[],
  p_public_url text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order orgline.number_orders := private.leased_order(p_order_id, p_token);
  v_holding orgline.organization_phone_numbers;
  v_number orgline.phone_numbers;
  v_kinds text[];
begin
  perform from orgline.phone_numbers p where p.id = v_order.phone_number_id for no key update;
  select h.* into v_holding from orgline.organization_phone_numbers h
  where h.phone_number_id = v_order.phone_number_id and h.ended_at is null;
  update orgline.phone_numbers
  set status = case when v_holding.id is null then 'configured' else 'assigned' end, agent_id = p_agent_id, updated_at = now(),
    -- ElevenLabs answers the number: what was seen while it did not is over.
    seen_voice_url = case when 'elevenlabs' <> all (p_carriers) then seen_voice_url end,
    seen_status_url = case when 'elevenlabs' <> all (p_carriers) then seen_status_url end,
    verified_at = case when private.is_current_deployment(p_public_url) then clock_timestamp() else verified_at end,
    -- Suspended while the settings were made, perhaps: the sync loop has another look.
    sync_due_at = case when not private.is_current_deployment(p_public_url) or exists (
      select from orgline.organizations o where o.id = v_order.organization_id and o.status = 'suspended')
      then clock_timestamp() else sync_due_at end
  where id = v_order.phone_number_id returning * into v_number;
  v_kinds := private.end_held_losses(array[v_number.id]);
  update orgline.organizations set default_phone_number_id = v_holding.id, updated_at = now()
  where id = v_order.organization_id and default_phone_number_id is null;
  update orgline.organization_phone_numbers set is_active = true, updated_at = now() where id = v_holding.id;
  if private.configured_by_another_server(v_number, p_inbound_voice, p_default_agent_id) then
    update orgline.phone_numbers set sync_due_at = clock_timestamp() where id = v_number.id;
  end if;
  update orgline.number_orders
  set step = 'done', status = 'done', attempts = 0, last_error = null, lease_token = null, lease_until = null, updated_at = now()
  where id = p_order_id returning * into v_order;
  perform private.lock_batch(v_order.batch_id);
  perform private.account_accepted(p_carriers);
  perform private.resolve_notifications(
    array['phone_setup_failed', 'order_needs_attention', 'elevenlabs_import_required'], p_order_id::text, 'system');
  if v_holding.id is not null then
    perform private.resolve_notifications(array['sms_routing_failed'], v_number.phone_number, 'system');
  end if;
  perform private.report_losses(v_kinds);
  perform private.refresh_batch(v_order.batch_id);
  if v_holding.id is null then
    perform private.pool_changed();
  end if;
  -- Whoever changes how its calls are answered has locked the number before, or finds it live after.
  if v_number.elevenlabs_phone_id is null and private.inbound_voice(v_holding.organization_id, p_inbound_voice) = 'elevenlabs' then
    perform private.order_import_of(v_number);
  end if;
  return private.order_view(v_order);
end
$$;
