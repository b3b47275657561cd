-- Notifications told to a chat or pager; the row stays the truth.
alter table orgline.admin_notifications
  add column alert_due_at timestamptz default now(),
  add column alert_attempts integer not null default 0,
  add column alerted_at timestamptz;
-- What is already known needs no alert.
update orgline.admin_notifications set alert_due_at = null;
create index admin_notifications_alert_due on orgline.admin_notifications (alert_due_at)
  where alert_due_at is not null and status = 'pending';
