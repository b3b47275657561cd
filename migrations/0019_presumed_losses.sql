-- Numbers of which a carrier says that something of theirs is gone: bounded, however it is found out.

create table orgline.presumed_losses (
  kind text not null check (kind in ('import', 'number')),
  phone_number_id uuid not null references orgline.phone_numbers (id),
  presumed_at timestamptz not null default clock_timestamp(),
  held boolean not null,
  primary key (kind, phone_number_id)
);
comment on table orgline.presumed_losses is
  'what carriers said is gone in the last six hours (kind import: at ElevenLabs; number: at Twilio), one number after the other';
comment on column orgline.presumed_losses.held is
  'there were too many, so nothing was done about it: looked at again and again, or a person says that it is so';
create index presumed_losses_held on orgline.presumed_losses (kind) where held;
create index presumed_losses_recent on orgline.presumed_losses (kind, presumed_at);
alter table orgline.presumed_losses enable row level security;
revoke all on orgline.presumed_losses from public, anon, authenticated, service_role;

alter table orgline.deployment add column losses_accepted_until timestamptz;
comment on column orgline.deployment.losses_accepted_until is
  'a person has said that much is gone, and it is; until then what a carrier says of it is believed of any number';
