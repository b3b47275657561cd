-- Who somebody is, and what was heard of them.

-- Numbers that no person entered: an agent was told on a call.
alter table orgline.do_not_call add column heard_in_call uuid;
comment on column orgline.do_not_call.heard_in_call is
  'the call on which the customer told its agent; null: entered by a person or a key. No reference: the wish outlives the call';

-- Whether anybody was spoken with.
alter table orgline.calls add column answered_by text check (answered_by in ('person', 'voicemail', 'nobody'));
comment on column orgline.calls.answered_by is
  'as the voice platform tells it at the end of a call; null: not told. A machine is no answer, so such a call makes no customer';

-- A name as it looks: names that look alike have the same.
alter table orgline.organizations add column name_look text;
comment on column orgline.organizations.name_look is
  'private.name_look of its name; null until the name is next set, where it is from before';
create index organizations_name_look on orgline.organizations (name_look) where name_look <> '';

alter table orgline.admin_notifications drop constraint admin_notifications_type_check;
alter table orgline.admin_notifications add constraint admin_notifications_type_check check (type in (
  'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_person',
  'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
  'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed', 'imports_outdated',
  'public_url_unproven', 'webhooks_refused', 'loop_failing', 'budget_half_spent', 'sign_up_waiting',
  'organization_name_alike'));
