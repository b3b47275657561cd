-- Many numbers for the pool by one request: orders that share a batch.

-- The caller chooses the id, so that a repeated request finds its batch and does not make another.
create function public.create_batch(p_id uuid, p_country text, p_area_code text, p_area_code_only boolean, p_count integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(p_id::text, 3));
  if not exists (select from public.number_orders n where n.batch_id = p_id) then
    perform private.order_for_pool(p_id, 'batch', p_country, p_area_code, p_area_code_only, p_count);
  end if;
  return public.get_batch(p_id);
end
$$;

create function private.order_for_pool(
  p_batch_id uuid, p_cause text, p_country text, p_area_code text, p_area_code_only boolean, p_count integer
) returns void language sql set search_path = '' as $$
  insert into public.number_orders (batch_id, cause, country, area_code, area_code_only)
  select p_batch_id, p_cause, private.country_to_buy(p_country), p_area_code, p_area_code_only from generate_series(1, p_count)
$$;

-- paused_until: no order is tried before, because a carrier refuses our account.
create function public.get_batch(p_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'orders', coalesce(jsonb_agg(private.order_view(n) order by n.id), '[]'),
    'paused_until', (select max(c.until) from public.carrier_pauses c where c.until > clock_timestamp()))
  from public.number_orders n where n.batch_id = p_id
$$;

-- Keeps the one notification about a batch's numbers that wait for an import by hand: the list of
-- those, resolved when none does. The alert names them all, so it is due once no order of the batch
-- may add to them; whoever ends or stops an order of a batch calls this. p_batch_id null: an order of
-- its own, which has its own notification.
create function private.refresh_batch_import(p_batch_id uuid) returns void
language plpgsql set search_path = '' as $$
declare
  v_numbers jsonb;
  v_error text;
begin
  if p_batch_id is null then
    return;
  end if;
  -- One after the other, so that the last one has seen all.
  perform pg_advisory_xact_lock(hashtextextended(p_batch_id::text, 3));
  select jsonb_agg(p.phone_number order by p.phone_number), max(n.last_error) into v_numbers, v_error
  from public.number_orders n join public.phone_numbers p on p.id = n.phone_number_id
  where n.batch_id = p_batch_id and n.status = 'needs_person' and n.step = 'import';
  if v_numbers is null then
    perform private.resolve_notifications(array['batch_import_required'], p_batch_id::text, 'system');
    return;
  end if;
  insert into public.admin_notifications as a (type, subject, phone_numbers, alert_due_at, message)
  values ('batch_import_required', p_batch_id::text, v_numbers, case when not exists (
      select from public.number_orders n where n.batch_id = p_batch_id and n.status = 'running') then clock_timestamp() end, format(
    'Import %1$s phone numbers to ElevenLabs: %2$s. 1. ElevenLabs Dashboard > Phone Numbers > Import Phone Number > From Twilio: enter each with our Twilio account''s SID and Auth Token. 2. Choose the agent, and copy the phone ids (phnum_…). 3. POST /api/admin/phone-numbers/batch-activate {"phoneNumbers": [{"phoneNumber": "<number>", "elevenLabsPhoneId": "<phone id>"}, …]}. The numbers are then checked and wait in the pool; this lists those left, and resolves by itself.%3$s',
    jsonb_array_length(v_numbers), (select string_agg(number, ', ') from jsonb_array_elements_text(v_numbers) as number),
    case when v_error is null then '' else format(' Last attempt: %s.', v_error) end))
  on conflict (type, subject) where status = 'pending' do update
    set phone_numbers = excluded.phone_numbers, message = excluded.message, updated_at = now(),
      alert_due_at = case when a.alerted_at is null and a.alert_attempts = 0 then excluded.alert_due_at else a.alert_due_at end;
end
$$;

-- A batch tells of its orders itself: nobody else waits for one of them.
create function private.is_of_batch(o public.number_orders) returns boolean
language sql immutable set search_path = '' as $$
  select o.cause in ('batch', 'replenish')
$$;
