-- What a notification is about is stored as facts; whoever shows it finds the words (src/notifications).
alter table orgline.admin_notifications add column facts jsonb;
alter table orgline.admin_notifications alter column message drop not null;
-- Those of before keep their message until their cause comes up again.
alter table orgline.admin_notifications add constraint admin_notifications_facts check (num_nonnulls(message, facts) = 1);
comment on column orgline.admin_notifications.message is 'of notifications from before facts were stored; null since';
comment on column orgline.admin_notifications.facts is
  'what its message says, by its cause: numbers of ours stand under number or numbers, a customer''s under customer';
