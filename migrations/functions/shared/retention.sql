-- Deletes what is kept for a time only, and whose time is over.

-- Of texts and calls from before: what was said. That they were, when, between whom and for how much stays.
-- A text of which nobody knows whether it was sent is looked for by its words, and keeps them until that is
-- known. A call remembers that its words are gone, because carriers have them still and tell them again. So many
-- at once that nobody waits for it; the rest has its turn an hour later.
create function private.forget_words(p_before timestamptz) returns void
language sql set search_path = '' as $$
  update orgline.messages set body = '', media = '[]'
  where id in (
    select m.id from orgline.messages m where m.created_at < p_before and (m.body <> '' or m.media <> '[]')
      and not (m.provider_message_id is null and m.poll_at is not null)
    order by m.created_at limit 10000 for update skip locked);
  update orgline.calls set summary = null, transcript = null, exchanges = '[]', recording_url = null, collected = null,
    evaluation = null, words_gone_at = now()
  where id in (
    select c.id from orgline.calls c where c.created_at < p_before
      and (c.summary is not null or c.transcript is not null or c.exchanges <> '[]' or c.recording_url is not null
        or c.collected is not null or c.evaluation is not null)
    order by c.created_at limit 10000 for update skip locked);
$$;

-- What is over and needs nobody any more: resolved notifications, canceled orders, numbers that were never
-- bought, agents that were never made, and keys that ended. What carries the tag of such an order all the same is
-- unknown then, and goes into quarantine. Nothing that is over itself keeps another alive: an order that has its
-- number lets go of those it did not get, and a deleted agent of the key that was handed out with it.
create function private.retire_finished(p_before timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  v_orders uuid[];
begin
  delete from orgline.agents where status = 'failed' and work_at is null and updated_at < p_before and elevenlabs_agent_id is null;
  select array_agg(n.id) into v_orders from (
    select o.id from orgline.number_orders o where o.status = 'canceled' and o.updated_at < p_before limit 1000 for update skip locked) n;
  delete from orgline.number_order_attempts where order_id = any (v_orders);
  delete from orgline.number_orders where id = any (v_orders);
  delete from orgline.number_order_attempts a
  using orgline.phone_numbers p, orgline.number_orders o
  where a.phone_number_id = p.id and p.status = 'failed' and p.updated_at < p_before
    and a.order_id = o.id and o.status = 'done' and o.updated_at < p_before;
  delete from orgline.phone_numbers p
  where p.status = 'failed' and p.updated_at < p_before
    and not exists (select from orgline.number_orders o where o.phone_number_id = p.id)
    and not exists (select from orgline.number_order_attempts a where a.phone_number_id = p.id)
    and not exists (select from orgline.organization_phone_numbers h where h.phone_number_id = p.id)
    and not exists (select from orgline.number_rents r where r.phone_number_id = p.id);
  update orgline.agents set api_key_id = null
  where id in (
    select a.id from orgline.api_keys k join orgline.agents a on a.organization_id = k.organization_id and a.api_key_id = k.id
    where a.status = 'deleted' and least(k.revoked_at, k.expires_at) < p_before
    for update of a skip locked);
  -- The audit log has who made and revoked it.
  delete from orgline.api_keys k
  where least(k.revoked_at, k.expires_at) < p_before
    and not exists (select from orgline.agents a where a.organization_id = k.organization_id and a.api_key_id = k.id);
  delete from orgline.admin_notifications where status = 'resolved' and created_at < p_before and resolved_at < p_before;
end
$$;

-- What has happened, with its deliveries: it tells words of texts and calls, too. Some at once, the oldest first, so that
-- nobody waits for it; how many those were.
create function private.forget_events(p_before timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_xids xid8[];
begin
  with gone as (
    delete from orgline.events
    where id in (select e.id from orgline.events e where e.created_at < p_before order by e.created_at limit 1000 for update skip locked)
    returning xid)
  select array_agg(g.xid order by g.xid desc) into v_xids from gone g;
  -- A stream that is asked for what came before says that something is missing.
  update orgline.deployment set events_forgotten = v_xids[1] where events_forgotten < v_xids[1];
  return coalesce(cardinality(v_xids), 0);
end
$$;

-- In a database that was filled from a dump of another, events have the numbers of transactions there. Those that no
-- transaction here has had come before all that have: else they would be new once the numbers are reached. How many.
create function private.number_copied_events() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update orgline.deployment set events_forgotten = '0' where events_forgotten >= pg_snapshot_xmax(pg_current_snapshot());
  update orgline.events set xid = '0'
  where id in (
    select e.id from orgline.events e where e.xid >= pg_snapshot_xmax(pg_current_snapshot())
    order by e.xid limit 1000 for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

-- Of endpoints that are deleted: some of their deliveries, and those that have none left. An hour later, because an effect
-- may have read them before.
create function private.forget_endpoints() returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  delete from orgline.event_deliveries
  where id in (
    select d.id from orgline.webhook_endpoints e join orgline.event_deliveries d on d.endpoint_id = e.id
    where e.status = 'deleted' limit 1000 for update of d skip locked);
  get diagnostics v_count = row_count;
  delete from orgline.webhook_endpoints e
  where e.status = 'deleted' and e.updated_at < now() - interval '1 hour'
    and not exists (select from orgline.event_deliveries d where d.endpoint_id = e.id);
  return v_count;
end
$$;

-- Some of the events, deliveries and endpoints whose time is over; is_more: there may be more. For p_content_days see
-- delete_outdated.
create function public.delete_outdated_events(p_content_days integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_copied integer := private.number_copied_events();
  v_events integer := private.forget_events(now() - make_interval(days => least(30, nullif(p_content_days, 0))));
  v_deliveries integer := private.forget_endpoints();
begin
  return jsonb_build_object('is_more', v_copied > 0 or v_events > 0 or v_deliveries > 0);
end
$$;

-- Deletes what is kept for a time only, and whose time is over. What is kept until something of it is
-- synced (webhook_events) is deleted by whoever syncs it. p_audit_days: how long the audit log is kept;
-- p_content_days: how long the words of texts and calls are; 0: for ever.
create function public.delete_outdated(p_audit_days integer, p_content_days integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if p_content_days > 0 then
    perform private.forget_words(now() - make_interval(days => p_content_days));
  end if;
  perform private.retire_finished(now() - interval '90 days');
  perform private.forget_mails(now() - interval '30 days');
  delete from orgline.idempotency_keys where created_at < now() - interval '24 hours';
  -- As long as a carrier may still list what was erased here, it must not come back.
  delete from orgline.erased_keys k
  where k.erased_at < now() - interval '30 days'
    and not exists (select from orgline.carrier_erasures e where e.provider_id = k.key and e.done_at is null);
  delete from orgline.carrier_erasures where done_at < now() - interval '30 days';
  delete from orgline.refused_arrivals where refused_at < now() - interval '30 days';
  delete from orgline.erased_dials where dialled_at < now() - interval '1 day';
  delete from orgline.agent_hours where hour < now() - interval '26 hours';
  delete from orgline.spend_hours where hour < now() - interval '26 hours';
  delete from orgline.added_rows where hour < now() - interval '26 hours';
  delete from orgline.presumed_losses where not held and presumed_at < now() - interval '6 hours';
  delete from orgline.text_turns
  where id in (
    select t.id from orgline.text_turns t where t.due_at is null and t.updated_at < now() - interval '7 days'
    order by t.updated_at limit 10000 for update skip locked);
  delete from orgline.audit_log where created_at < now() - make_interval(days => p_audit_days);
  return '{}';
end
$$;
