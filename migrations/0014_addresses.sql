-- What proves that an address leads to this deployment, and which address its numbers have left.

alter table orgline.deployment
  -- Signs what a server answers to whoever asks whether it is of this deployment, and nothing else; all
  -- servers of the deployment read it here.
  add column secret text not null default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
  -- The address the numbers pointed at before public_url. By themselves they never go back there: a
  -- server that was not restarted since the move would take them.
  add column moved_from text;

alter table orgline.admin_notifications
  drop constraint admin_notifications_type_check,
  add constraint admin_notifications_type_check check (type in (
    'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_person',
    'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
    'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed', 'imports_outdated',
    'loop_failing', 'public_url_unproven', 'webhooks_refused'));
