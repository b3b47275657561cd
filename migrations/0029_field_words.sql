-- One word per concept, and the field's own (docs/glossary.md).

-- sync, for settle.
alter table orgline.phone_numbers rename column settle_due_at to sync_due_at;
alter table orgline.phone_numbers rename column settle_attempts to sync_attempts;
alter index orgline.phone_numbers_settle_due rename to phone_numbers_sync_due;
alter table orgline.number_orders drop constraint number_orders_step_check;
update orgline.number_orders set step = 'sync' where step = 'settle';
alter table orgline.number_orders add constraint number_orders_step_check
  check (step in ('choose', 'buy', 'import', 'sync', 'done'));
update orgline.leases set name = 'sync' where name = 'settle';
update orgline.reconcile_reports set findings = replace(findings::text, '"settled"', '"synced"')::jsonb
where findings::text like '%"settled"%';

-- needs_attention, for needs_person.
alter table orgline.number_orders drop constraint number_orders_status_check;
update orgline.number_orders set status = 'needs_attention' where status = 'needs_person';
alter table orgline.number_orders add constraint number_orders_status_check
  check (status in ('running', 'needs_attention', 'done', 'canceled'));
alter table orgline.admin_notifications drop constraint admin_notifications_type_check;
update orgline.admin_notifications set type = 'order_needs_attention' where type = 'order_needs_person';
alter table orgline.admin_notifications add constraint admin_notifications_type_check check (type in (
  'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_attention',
  'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
  'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed', 'imports_outdated',
  'public_url_unproven', 'webhooks_refused', 'loop_failing', 'budget_half_spent', 'sign_up_waiting',
  'organization_name_alike', 'tokens_refused'));
drop index orgline.number_orders_adopted;
create index number_orders_adopted on orgline.number_orders (created_at)
  where cause = 'adopted' and status in ('running', 'needs_attention');

-- add a number, for obtain one.
update orgline.audit_log set action = 'record_agent_created' where action = 'record_agent_made';
update orgline.audit_log set action = replace(action, 'obtain_', 'add_') where action like 'obtain\_%';

-- poll, for look; not_found, for an empty look; skeleton (Unicode's word), for the look of a name.
alter table orgline.calls rename column look_at to poll_at;
alter table orgline.calls rename column looks to poll_attempts;
alter table orgline.messages rename column look_at to poll_at;
alter table orgline.messages rename column looks to poll_attempts;
alter table orgline.number_order_attempts rename column first_empty_look_at to first_not_found_at;
alter table orgline.organizations rename column name_look to name_skeleton;
alter index orgline.organizations_name_look rename to organizations_name_skeleton;
comment on column orgline.organizations.name_skeleton is 'private.name_skeleton of its name';

-- reported, for told.
alter table orgline.calls rename column not_routed_told_at to not_routed_reported_at;
alter index orgline.idempotency_keys_told rename to idempotency_keys_strings;

-- quarantine a number, for release it; release is what the carriers get.
update orgline.audit_log set action = replace(action, 'release_', 'quarantine_') where action like 'release\_%';
comment on column orgline.do_not_call.heard_in_call is
  'the call on which the customer told its agent; null: entered by a person or a key. No reference: the entry outlives the call';
