-- A customer waits for an answer that no agent gives: whoever builds on this server is told, and a person is.

-- Told of by the last of the texts that it is about. The reason is a kind of ours.
create function private.report_unanswered() returns trigger language plpgsql set search_path = '' as $$
begin
  perform private.record_event('text_reply.failed', new.organization_id, new.contact_id, false, jsonb_build_object(
    'id', m.id, 'from', new.customer, 'to', new.our_number, 'contact_id', new.contact_id, 'body', left(m.body, 2000),
    'failure_reason', new.reason, 'sent_at', m.created_at))
  from (
    select e.id, e.body, e.created_at from orgline.messages e
    where e.text_turn_id = new.id and e.organization_id = new.organization_id and e.direction = 'inbound'
    order by e.created_at desc, e.id desc limit 1) m;
  return null;
end
$$;
revoke execute on function private.report_unanswered() from public, anon, authenticated;
create trigger report_unanswered after update of status on orgline.text_turns
  for each row when (new.status = 'failed' and old.status <> 'failed') execute function private.report_unanswered();

-- The closed list of what a person may be told of, with one type more.
alter table orgline.admin_notifications drop constraint admin_notifications_type_check;
alter table orgline.admin_notifications add constraint admin_notifications_type_check check (type in (
  'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_attention',
  'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
  'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed', 'imports_outdated',
  'public_url_unproven', 'webhooks_refused', 'loop_failing', 'budget_half_spent', 'sign_up_waiting',
  'organization_name_alike', 'tokens_refused', 'webhook_endpoint_paused', 'recording_deletion_failed',
  'text_reply_failed'));
