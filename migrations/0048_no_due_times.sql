-- When a number is due to be synced is the server's own business; that it is synced is what members see.
alter table orgline.phone_numbers add column is_synced boolean not null generated always as (sync_due_at is null) stored;
comment on column orgline.phone_numbers.is_synced is 'the carriers hold what they should; for members, who do not see when that is due';
grant select (is_synced) on orgline.phone_numbers to authenticated;

-- Views are made again after the migrations: this one read the column.
revoke select (sync_due_at) on orgline.phone_numbers from authenticated;
