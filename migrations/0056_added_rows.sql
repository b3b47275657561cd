-- How many rows each owner has added in each hour to what only grows, so that nobody fills a disk with it, and nobody
-- counts the rows themselves to find that out.

create table orgline.added_rows (
  what text not null check (what in ('idempotency_keys', 'audit_log')),
  owner text not null,
  hour timestamptz not null,
  rows integer not null,
  primary key (what, owner, hour)
);
comment on column orgline.added_rows.owner is
  'of keys: theirs, and the organization that an operator''s request is about; of the log: whose it is, and who acted';
create index added_rows_age on orgline.added_rows (hour);
alter table orgline.added_rows enable row level security;
revoke all on orgline.added_rows from anon, authenticated, service_role;

alter table orgline.idempotency_keys add column counted_as text;
comment on column orgline.idempotency_keys.counted_as is 'whose row it is in added_rows; null: nobody''s';

-- Whose a line of the audit log is: as private.adder_of says. At the end of the transaction, outside the function that made
-- the change: whoever else changes something would wait for it.
create function private.count_audited() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into orgline.added_rows as a (what, owner, hour, rows)
  values (
    'audit_log',
    coalesce(new.organization_id::text, 'all') || ' ' || case new.actor_kind
      when 'key' then 'keys' else coalesce(new.actor_id::text, new.actor_name) end,
    date_trunc('hour', now()), 1)
  on conflict (what, owner, hour) do update set rows = a.rows + 1;
  return null;
end
$$;
create constraint trigger count_audited after insert on orgline.audit_log deferrable initially deferred
  for each row execute function private.count_audited();
revoke execute on function private.count_audited() from public, anon, authenticated;
