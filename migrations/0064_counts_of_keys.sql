-- A key of an organization is counted by itself, beside all of its keys together, so that one that floods keeps no other
-- out: of what all are refused by, it cannot use more than its own part, because what is never refused counts for it alone.
-- The reading that is written down is counted by itself, too, so that whoever listens too often can still call and text.

alter table orgline.added_rows drop constraint added_rows_what_check;
alter table orgline.added_rows add constraint added_rows_what_check
  check (what in ('idempotency_keys', 'audit_log', 'audited_readings'));
comment on column orgline.added_rows.owner is
  'of keys: theirs, also that of an organization, and the organization that an operator''s request is about; of the log: whose it is, '
  'and who acted';

alter table orgline.audit_log add column is_reading boolean not null default false;
comment on column orgline.audit_log.is_reading is 'nothing was changed: somebody listened to a recording, or saw a medium';

alter table orgline.audit_log add column is_never_refused boolean not null default false;
comment on column orgline.audit_log.is_never_refused is
  'it takes away, or records what is done, so it needs no room; false also of those from before';

-- Whose a record is: as private.adders_of says, in the same order. What is never refused is the key's alone.
create or replace function private.count_audited() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into orgline.added_rows as a (what, owner, hour, rows)
  select case when new.is_reading then 'audited_readings' else 'audit_log' end,
    coalesce(new.organization_id::text, 'all') || ' ' || o.adder, date_trunc('hour', now()), 1
  from unnest(case new.actor_kind
    when 'key' then array['key ' || new.actor_id] || case when new.is_never_refused then '{}' else array['keys'] end
    else array[coalesce(new.actor_id::text, new.actor_name)] end) as o(adder)
  on conflict (what, owner, hour) do update set rows = a.rows + 1;
  return null;
end
$$;
