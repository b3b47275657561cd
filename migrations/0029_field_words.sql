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
