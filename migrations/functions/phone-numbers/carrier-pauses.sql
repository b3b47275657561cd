-- A carrier that refuses our account: everything for it waits.

-- A carrier refuses our account: everything waits for p_pause_ms, with one notification per carrier.
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
  perform private.notify('account_problem', p_carrier, format(
    '%s. All orders for numbers wait, and so do changes of numbers. 1. %s. 2. After a change of .env, restart the server. All '
      'of it then goes on by itself, and this resolves by itself.',
    p_error, case p_carrier
      when 'twilio' then 'Twilio Console > Account Info and Billing: see that the account is active and has money, and that '
        'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN in .env are the ones shown there'
      else 'ElevenLabs Dashboard > Developers > API keys and Subscription: see that the plan is active, and that '
        'ELEVENLABS_API_KEY in .env is a key shown there' end));
  return v_until;
end
$$;

-- Nor is the number that was being settled or given back under p_lease: nobody is told of it, and it
-- is due again when the pause is over.
create function public.pause_carrier_for_number(
  p_id uuid, p_lease timestamptz, p_carrier text, p_pause_ms integer, p_error text
) returns jsonb language plpgsql security definer set search_path = '' as $$
declare
  v_until timestamptz := private.pause_all(p_carrier, p_pause_ms, p_error, false);
begin
  update orgline.phone_numbers set settle_due_at = v_until where id = p_id and settle_due_at = p_lease;
  update orgline.phone_numbers set release_at = v_until where id = p_id and release_at = p_lease;
  return jsonb_build_object('until', v_until);
end
$$;

-- The carrier has just carried out what a refused account could not do. A search proves nothing:
-- Twilio lets accounts search that may not buy. p_to_order false: it did so for a number that is
-- settled or given back, which proves nothing where an order was refused.
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
