-- One open row per type and subject: the same cause counts up instead of flooding.
create table orgline.admin_notifications (
  id uuid primary key default gen_random_uuid(),
  type text not null check (type in (
    'elevenlabs_import_required', 'batch_import_required', 'phone_setup_failed', 'order_needs_person',
    'account_problem', 'pool_low', 'purchase_limit_reached', 'sms_routing_failed', 'call_routing_failed',
    'reconcile_findings', 'inactive_number', 'post_call_missed')),
  subject text not null,
  organization_id uuid references orgline.organizations (id),
  phone_number text,
  phone_numbers jsonb,
  message text not null,
  status text not null default 'pending' check (status in ('pending', 'resolved')),
  occurrences integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolved_by text
);
create unique index admin_notifications_open on orgline.admin_notifications (type, subject) where status = 'pending';
create index admin_notifications_list on orgline.admin_notifications (status, created_at);

-- Answers kept for the Idempotency-Key header. A running row whose lease is over belongs to a
-- request that died; the key is free again.
create table orgline.idempotency_keys (
  owner text not null,
  key text not null,
  request_hash text not null,
  lease_token uuid,
  lease_until timestamptz,
  reply_status integer,
  reply_body jsonb,
  created_at timestamptz not null default now(),
  primary key (owner, key)
);

alter table orgline.admin_notifications enable row level security;
alter table orgline.idempotency_keys enable row level security;
revoke all on orgline.admin_notifications, orgline.idempotency_keys from anon, authenticated;
