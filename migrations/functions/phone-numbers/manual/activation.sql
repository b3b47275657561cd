-- Numbers that a person imported at ElevenLabs.

-- A person has imported the number manually: with the token of p_token_hash, unless that import is known
-- already, with what it was made with. While Twilio takes the one of p_previous_hash too (null: there is none),
-- nobody knows with which, until a person was asked and sends the same id again. Records it and lets the number's order go on at sync;
-- p_lease_seconds: the caller runs it at once, under the lease this hands out; none where numbers point at another
-- server than p_public_url, which goes on with it. A number that is live and
-- has none is due to be synced (order: null).
create function public.begin_activation(
  p_actor public.orgline_actor, p_phone_number text, p_elevenlabs_phone_id text, p_token_hash text, p_previous_hash text,
  p_lease_seconds integer, p_public_url text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
  v_order orgline.number_orders;
begin
  perform private.require_operator(p_actor);
  -- The order first, then the number: every step of the pipeline locks them in this sequence.
  select n.* into v_order from orgline.number_orders n
  join orgline.phone_numbers p on p.id = n.phone_number_id
  where p.phone_number = p_phone_number and private.may_be_ours(p.status) and private.is_open_order(n.status)
  order by n.created_at desc limit 1 for update of n;
  v_number := private.number_to_activate(p_phone_number, p_elevenlabs_phone_id);
  if v_order.id is null and private.is_live(v_number.status) then
    perform private.record_manual_import(v_number, p_elevenlabs_phone_id, p_token_hash, p_previous_hash);
    update orgline.phone_numbers set sync_due_at = clock_timestamp(), sync_attempts = 0 where id = v_number.id;
    perform private.audit_activation(p_actor, v_number);
    return jsonb_build_object('id', v_number.id, 'status', v_number.status, 'order', null);
  end if;
  if v_order.id is null then
    raise exception 'nothing_to_finish' using errcode = 'OL009', detail = jsonb_build_object('number', p_phone_number);
  end if;
  if v_order.lease_until > clock_timestamp() then
    raise exception 'number_being_set_up' using errcode = 'OL012', detail = jsonb_build_object('number', p_phone_number);
  end if;
  perform private.record_manual_import(v_number, p_elevenlabs_phone_id, p_token_hash, p_previous_hash);
  update orgline.phone_numbers
  set sync_due_at = private.sync_due_with(v_order, sync_due_at),
    status = case when private.is_live(status) then status else 'imported' end
  where id = v_number.id;
  update orgline.number_orders set step = 'sync', status = 'running', attempts = 0, last_error = null, updated_at = now(),
    next_run_at = clock_timestamp(), lease_token = case when private.is_current_deployment(p_public_url) then gen_random_uuid() end,
    lease_until = case when private.is_current_deployment(p_public_url) then clock_timestamp() + make_interval(secs => p_lease_seconds) end
  where id = v_order.id returning * into v_order;
  perform private.refresh_batch(v_order.batch_id);
  perform private.resolve_notifications(array['elevenlabs_import_required'], v_order.id::text, 'system');
  perform private.audit_activation(p_actor, v_number);
  return jsonb_build_object('id', v_number.id, 'status', v_number.status, 'order', private.order_view(v_order));
end
$$;

create function private.audit_activation(p_actor public.orgline_actor, p orgline.phone_numbers) returns void
language sql set search_path = '' as $$
  select private.audit(p_actor, 'begin_activation', (
    select h.organization_id from orgline.organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null),
    p.phone_number)
$$;

create function private.record_manual_import(
  p orgline.phone_numbers, p_elevenlabs_phone_id text, p_token_hash text, p_previous_hash text
) returns void language sql set search_path = '' as $$
  select private.record_import(p.id, p_elevenlabs_phone_id, case
    when p.elevenlabs_phone_id = p_elevenlabs_phone_id and (p.import_token_hash is not null or p.import_state = 'unknown')
      then coalesce(p.import_token_hash, p_token_hash)
    when p_previous_hash is not null and d.refused_token_hash is distinct from p_previous_hash then null
    else p_token_hash end)
  from orgline.deployment d
$$;

-- The same questions, asked before ElevenLabs is (p_phone_number alone decides) and again when the
-- activation is recorded: may this number be activated with this id?
create function private.number_to_activate(p_phone_number text, p_elevenlabs_phone_id text) returns orgline.phone_numbers
language plpgsql set search_path = '' as $$
declare
  v_number orgline.phone_numbers;
begin
  select p.* into v_number from orgline.phone_numbers p
  where p.phone_number = p_phone_number and private.may_be_ours(p.status);
  if not found then
    raise exception 'number_not_ours' using errcode = 'OL004', detail = jsonb_build_object('number', p_phone_number);
  end if;
  if v_number.status in ('purchasing', 'quarantined') then
    raise exception 'number_not_to_activate' using errcode = 'OL009',
      detail = jsonb_build_object('number', p_phone_number, 'status', v_number.status);
  end if;
  -- Nothing is synced of it until a sweep finds it again.
  if private.is_live(v_number.status) and v_number.ghost_since is not null then
    raise exception 'number_missing_at_carrier' using errcode = 'OL009', detail = jsonb_build_object('number', p_phone_number);
  end if;
  if exists (select from orgline.phone_numbers p
    where p.elevenlabs_phone_id = p_elevenlabs_phone_id and p.id <> v_number.id and private.may_be_ours(p.status)) then
    raise exception 'import_id_in_use' using errcode = 'OL011',
      detail = jsonb_build_object('elevenlabs_phone_id', p_elevenlabs_phone_id);
  end if;
  return v_number;
end
$$;

-- Whether a number can be activated with this ElevenLabs id; changes nothing.
create function public.check_activation(p_phone_number text, p_elevenlabs_phone_id text) returns jsonb
language sql security definer set search_path = '' as $$
  select jsonb_build_object('status', n.status)
  from private.number_to_activate(p_phone_number, p_elevenlabs_phone_id) n
$$;
