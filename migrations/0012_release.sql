-- The way out: quarantine, until release_at; from releasing_at on there is no way back.
alter table orgline.phone_numbers
  add column quarantined_at timestamptz,
  add column release_at timestamptz,
  add column releasing_at timestamptz,
  add column release_attempts integer not null default 0,
  add column released_at timestamptz,
  add column inactive_reported_at timestamptz,
  add constraint phone_numbers_quarantine check ((status = 'quarantined') = (release_at is not null));
create index phone_numbers_release_due on orgline.phone_numbers (release_at) where release_at is not null;
