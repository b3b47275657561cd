-- Many numbers for the pool by one request: orders that share a batch.

-- The caller chooses the id, so that a repeated request finds its batch and does not make another.
-- p_answer_ms: how long the request may take to answer (answer_batch).
create function public.create_batch(
  p_id uuid, p_country text, p_area_code text, p_area_code_only boolean, p_count integer, p_answer_ms integer
) returns jsonb language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(p_id::text, 3));
  if not exists (select from public.number_orders n where n.batch_id = p_id) then
    perform private.order_for_pool(
      p_id, 'batch', p_country, p_area_code, p_area_code_only, p_count, clock_timestamp() + make_interval(secs => p_answer_ms / 1000.0));
  end if;
  return public.get_batch(p_id);
end
$$;

create function private.order_for_pool(
  p_batch_id uuid, p_cause text, p_country text, p_area_code text, p_area_code_only boolean, p_count integer, p_answer_due_at timestamptz
) returns void language sql set search_path = '' as $$
  insert into public.number_orders (batch_id, cause, country, area_code, area_code_only, answer_due_at)
  select p_batch_id, p_cause, private.country_to_buy(p_country), p_area_code, p_area_code_only, p_answer_due_at
  from generate_series(1, p_count)
$$;

-- The batch as its request answers it. What fails from now on, that answer cannot tell: an order that
-- is failing at this moment is waited for, and either is in it or finds itself answered.
create function public.answer_batch(p_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  update public.number_orders set answer_due_at = null where batch_id = p_id and status = 'running' and answer_due_at is not null;
  return public.get_batch(p_id);
end
$$;

-- paused_until: no order is tried before, because a carrier refuses our account.
create function public.get_batch(p_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'orders', coalesce(jsonb_agg(private.order_view(n) order by n.id), '[]'),
    'paused_until', (select max(c.until) from public.carrier_pauses c where c.until > clock_timestamp()))
  from public.number_orders n where n.batch_id = p_id
$$;

-- Keeps the notifications about a batch up to date; whoever ends or stops an order of a batch, or lets
-- one wait, calls this. The one about the numbers that wait for an import by hand lists those, and is
-- resolved when none does. p_batch_id null: an order of its own, which has its own notifications.
create function private.refresh_batch(p_batch_id uuid) returns void
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
  else
    insert into public.admin_notifications as a (type, subject, phone_numbers, message)
    values ('batch_import_required', p_batch_id::text, v_numbers, format(
      'Import %1$s phone numbers to ElevenLabs: %2$s. 1. ElevenLabs Dashboard > Phone Numbers > Import Phone Number > From Twilio: enter each with our Twilio account''s SID and Auth Token. 2. Choose the agent, and copy the phone ids (phnum_…). 3. POST /api/admin/phone-numbers/batch-activate {"phoneNumbers": [{"phoneNumber": "<number>", "elevenLabsPhoneId": "<phone id>"}, …]}. The numbers are then checked and wait in the pool; this lists those left, and resolves by itself.%3$s',
      jsonb_array_length(v_numbers), (select string_agg(number, ', ') from jsonb_array_elements_text(v_numbers) as number),
      case when v_error is null then '' else format(' Last attempt: %s.', v_error) end))
    on conflict (type, subject) where status = 'pending' do update
      set phone_numbers = excluded.phone_numbers, message = excluded.message, updated_at = now();
  end if;
  perform private.time_batch_alerts(p_batch_id);
end
$$;

-- Whoever is alerted to a batch is to hear of all of it, so that is due once no order of it may add
-- anything. Those that wait for the limit of purchases may wait for a day, and are not waited for.
create function private.time_batch_alerts(p_batch_id uuid) returns void
language sql set search_path = '' as $$
  update public.admin_notifications
  set alert_due_at = case when not exists (
    select from public.number_orders n
    where n.batch_id = p_batch_id and n.status = 'running' and n.last_error is distinct from private.purchase_limit_error())
    then clock_timestamp() end
  where type in ('batch_import_required', 'order_needs_person') and subject = p_batch_id::text and status = 'pending'
    and alerted_at is null and alert_attempts = 0
$$;

-- Counts an order that bought nothing into the one notification of its batch, unless the answer to the
-- batch tells of it. Called with the batch refreshed, and so locked.
create function private.tell_batch_failure(o public.number_orders, p_error text) returns void
language plpgsql set search_path = '' as $$
declare
  v_failed integer;
begin
  -- The pool is refilled anew every hour, and its own notification tells what does not work.
  if o.cause <> 'batch' or o.answer_due_at > clock_timestamp() then
    return;
  end if;
  select n.occurrences into v_failed from public.admin_notifications n
  where n.type = 'order_needs_person' and n.subject = o.batch_id::text and n.status = 'pending';
  v_failed := coalesce(v_failed, 0) + 1;
  perform private.notify('order_needs_person', o.batch_id::text, format(
    '%s of the %s numbers of batch %s could not be bought, which its answer could not tell yet. The last reason: %s. 1. Mend the cause: see Twilio Console > Monitor > Logs > Errors; where nothing is for sale, choose another areaCode. 2. POST /api/admin/phone-numbers/batch-purchase %s buys what is missing, under a new Idempotency-Key. 3. Resolve this notification. The batch''s own request, sent again under its Idempotency-Key, tells the reason of each.',
    v_failed, (select count(*) from public.number_orders n where n.batch_id = o.batch_id), o.batch_id, p_error,
    jsonb_strip_nulls(jsonb_build_object(
      'count', v_failed, 'country', o.country, 'areaCode', o.area_code, 'areaCodeOnly', case when o.area_code_only then true end))));
  perform private.time_batch_alerts(o.batch_id);
end
$$;

-- A batch tells of its orders itself: nobody else waits for one of them.
create function private.is_of_batch(o public.number_orders) returns boolean
language sql immutable set search_path = '' as $$
  select o.cause in ('batch', 'replenish')
$$;
