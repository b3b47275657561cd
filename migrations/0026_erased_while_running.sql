-- What was erased while it went on: it counts as running until its end is told, and a caller who was answered
-- still counts in its hour.

alter table orgline.erased_dials
  add column keys text[] not null default '{}',
  add column ends_by timestamptz,
  add column organization_phone_number_id uuid,
  add constraint erased_dials_holding foreign key (organization_id, organization_phone_number_id)
    references orgline.organization_phone_numbers (organization_id, id),
  drop constraint erased_dials_kind_check,
  add constraint erased_dials_kind_check check (kind in ('call', 'text', 'forward', 'answered'));
comment on column orgline.erased_dials.keys is
  'ours and the carriers'' ids of a call, by which its end is told; nothing of whom it reached';
comment on column orgline.erased_dials.ends_by is 'when it must be over, of one that goes on; null once its end is told';
comment on column orgline.erased_dials.organization_phone_number_id is 'whom a caller called that was answered here; null for all others';
