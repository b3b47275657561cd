-- A carrier that refuses our account: what needs it waits, and nothing else.

-- Whether one of these carriers refuses our account at present.
create function private.is_paused(p_carriers text[]) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return (
    select exists (select from orgline.carrier_pauses c where c.carrier = any (p_carriers) and c.until > clock_timestamp()));
end
$$;

-- Those that refuse our account at present. Whoever looks for what may be done asks once, before the rows are read.
create function private.paused_carriers() returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return array(select c.carrier from orgline.carrier_pauses c where c.until > clock_timestamp());
end
$$;

-- Who is asked while the number is synced: ElevenLabs only where it is to answer, and can (p_inbound_voice:
-- where nobody has chosen). One that has to fall silent does so without it.
create function private.carriers_to_sync(p orgline.phone_numbers, p_inbound_voice text) returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case when p.elevenlabs_phone_id is not null and p.import_state is null
        and p.status <> 'quarantined' and o.status is distinct from 'suspended'
        and private.inbound_voice(o.id, p_inbound_voice) = 'elevenlabs'
      then array['twilio', 'elevenlabs'] else array['twilio'] end
    from (select 1) one
    left join orgline.organization_phone_numbers h on h.phone_number_id = p.id and h.ended_at is null
    left join orgline.organizations o on o.id = h.organization_id);
end
$$;

-- Who is asked at the present step of an order. A number that this server answers passes by the import.
create function private.carriers_of_order(o orgline.number_orders) returns text[]
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case
      when o.step in ('choose', 'buy') then array['twilio']
      when o.step = 'sync' then private.carriers_to_sync(p, d.inbound_voice)
      when p.status = 'purchased' and private.inbound_voice(o.organization_id, d.inbound_voice) = 'server' then '{}'::text[]
      -- One whose import is of no use is answered here first.
      when p.import_state is not null then array['twilio', 'elevenlabs']
      else array['elevenlabs'] end
    from orgline.deployment d left join orgline.phone_numbers p on p.id = o.phone_number_id);
end
$$;

-- A carrier refuses our account: what needs it waits for p_pause_ms, with one notification per carrier.
-- Answers until when.
create function private.pause_all(p_carrier text, p_pause_ms integer, p_error text, p_refused_order boolean) returns timestamptz
language plpgsql set search_path = '' as $$
declare
  v_before timestamptz;
  v_until timestamptz := clock_timestamp() + make_interval(secs => p_pause_ms / 1000.0);
begin
  insert into orgline.carrier_pauses (carrier, until, reason, refused_order)
  values (p_carrier, v_until, p_error, p_refused_order) on conflict (carrier) do nothing;
  if not found then
    select c.until into v_before from orgline.carrier_pauses c where c.carrier = p_carrier for update;
    update orgline.carrier_pauses
    set until = greatest(until, v_until), reason = p_error, refused_order = refused_order or p_refused_order
    where carrier = p_carrier;
    -- One that has just ended leaves nothing behind: then this number alone waits so long.
    v_until := greatest(v_before, v_until);
  end if;
  -- What was under way together is refused together: that is once.
  if v_before > clock_timestamp() then
    return v_until;
  end if;
  perform private.notify('account_problem', p_carrier, jsonb_build_object('carrier', p_carrier, 'error', p_error));
  return v_until;
end
$$;

-- Pauses a carrier that refused our account for a number that was being synced or released under p_lease.
-- The number is not at fault: nobody is told of it, and it is due again when the pause is over.
create function public.pause_carrier_for_number(
  p_id uuid, p_lease timestamptz, p_carrier text, p_pause_ms integer, p_error text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_until timestamptz;
begin
  perform from orgline.phone_numbers p where p.id = p_id for no key update;
  v_until := private.pause_all(p_carrier, p_pause_ms, p_error, false);
  update orgline.phone_numbers set sync_due_at = v_until where id = p_id and sync_due_at = p_lease;
  update orgline.phone_numbers set release_at = v_until where id = p_id and release_at = p_lease;
  return jsonb_build_object('until', v_until);
end
$$;

-- The carrier has just carried out what a refused account could not do. A search proves nothing:
-- Twilio lets accounts search that may not buy. p_to_order false: it did so for a number that is
-- synced or released, which proves nothing where an order was refused.
create function private.account_accepted(p_carriers text[], p_to_order boolean default true) returns void
language plpgsql set search_path = '' as $$
declare
  v_carrier text;
begin
  for v_carrier in
    delete from orgline.carrier_pauses where carrier = any (p_carriers) and (p_to_order or not refused_order) returning carrier
  loop
    perform private.resolve_notifications(array['account_problem'], v_carrier, 'system');
  end loop;
end
$$;

-- To be called when an order was given up that may have been refused, and the last that needs the carrier: no other
-- order will show whether it is accepted again, so whatever else it does shows that. Where nothing waits for
-- it, what comes next finds out.
create function private.end_order_refusals() returns void
language plpgsql set search_path = '' as $$
declare
  v_pause orgline.carrier_pauses;
begin
  for v_pause in
    update orgline.carrier_pauses c set refused_order = false
    where c.refused_order and not exists (
      select from orgline.number_orders n
      where private.is_open_order(n.status) and c.carrier = any (private.carriers_of_order(n)))
    returning c.*
  loop
    if not exists (select from orgline.phone_numbers p where p.sync_due_at is not null and private.can_be_synced(p))
      and not exists (
        select from orgline.phone_numbers p
        where p.status = 'quarantined' and p.release_at <= greatest(v_pause.until, clock_timestamp())) then
      delete from orgline.carrier_pauses where carrier = v_pause.carrier;
      perform private.resolve_notifications(array['account_problem'], v_pause.carrier, 'system');
    end if;
  end loop;
end
$$;
