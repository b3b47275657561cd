-- What came while this server, or its database, gave no answer, is read at the carrier afterwards.

alter table orgline.messages add column caught_up_at timestamptz;
comment on column orgline.messages.caught_up_at is
  'when an inbound text was taken in that no webhook told of; created_at is the carrier''s time then. More than ten minutes
   apart it is late (private.is_late), and nothing automatic may ever answer it';

-- Which of two keywords was said last decides, also where they were heard in another order.
alter table orgline.opt_outs
  add column said_at timestamptz not null default now(),
  add column is_carrier_time boolean not null default false;
update orgline.opt_outs set said_at = created_at where said_at <> created_at;
comment on column orgline.opt_outs.said_at is
  'when the customer said so: by our clock when a webhook told of it, or was refused; by the carrier''s where is_carrier_time';

-- Texts and calls that were refused, because nobody held their number: whoever reads the carrier's
-- lists must not take them for missed. Nothing here tells who it was.
create table orgline.refused_arrivals (
  provider_id text primary key,
  refused_at timestamptz not null default clock_timestamp()
);
create index refused_arrivals_age on orgline.refused_arrivals (refused_at);
alter table orgline.refused_arrivals enable row level security;
revoke all on orgline.refused_arrivals from anon, authenticated;
