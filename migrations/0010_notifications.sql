-- What operators are to do or to know. One open row per type and subject: the same cause counts up
-- instead of flooding.
create table orgline.admin_notifications (
  id uuid primary key default gen_random_uuid(),
  type text not null check (type in (
    'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_person',
    'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
    'reconcile_findings', 'inactive_number', 'post_call_missed', 'erasure_failed')),
  subject text not null,
  organization_id uuid references orgline.organizations (id),
  phone_number text,
  phone_numbers jsonb,
  message text not null,
  status text not null default 'pending' check (status in ('pending', 'resolved')),
  occurrences integer not null default 1,
  -- Told to a chat or pager; the row stays the truth.
  alert_due_at timestamptz default now(),
  alert_attempts integer not null default 0,
  alerted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolved_by text
);
create unique index admin_notifications_open on orgline.admin_notifications (type, subject) where status = 'pending';
create index admin_notifications_list on orgline.admin_notifications (status, created_at);
create index admin_notifications_alert_due on orgline.admin_notifications (alert_due_at)
  where alert_due_at is not null and status = 'pending';
alter table orgline.admin_notifications enable row level security;
revoke all on orgline.admin_notifications from anon, authenticated, service_role;
