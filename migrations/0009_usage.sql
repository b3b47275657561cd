-- What the carriers charge. Amounts are micro-dollars.

-- One row for each text, leg of a call and conversation that a carrier charges for; a conversation that
-- never came about cost nothing. Nothing of who was reached or what was said: it outlives the texts and
-- calls themselves, so that erasing a contact does not change what a month has cost.
create table orgline.carrier_charges (
  sid text primary key,
  -- A carrier tells what something has cost only as long as it has it, so it is erased once that is
  -- known of all its legs.
  parent_sid text,
  kind text not null check (kind in ('message', 'call', 'conversation')),
  -- Null: of a number that nobody held.
  organization_id uuid references orgline.organizations (id),
  direction text not null check (direction in ('inbound', 'outbound')),
  happened_at timestamptz not null,
  -- False for what is charged for, or listed, without being a text or call of its own.
  is_counted boolean not null default true,
  units integer not null default 0 check (units >= 0),
  price bigint
);
comment on column orgline.carrier_charges.sid is 'the carrier''s own';
comment on column orgline.carrier_charges.units is 'segments of a text, minutes begun of a call';
comment on column orgline.carrier_charges.price is 'null until the carrier tells it';
create index carrier_charges_month on orgline.carrier_charges (happened_at);
create index carrier_charges_organization on orgline.carrier_charges (organization_id, happened_at);
create index carrier_charges_without_price on orgline.carrier_charges (happened_at) where price is null;
create index carrier_charges_parent on orgline.carrier_charges (parent_sid) where parent_sid is not null;
alter table orgline.carrier_charges enable row level security;
revoke all on orgline.carrier_charges from anon, authenticated, service_role;

-- What was charged for a number, once a month; fixed when its price is first known.
create table orgline.number_rents (
  phone_number_id uuid not null references orgline.phone_numbers (id),
  charged_at timestamptz not null,
  price bigint not null check (price >= 0),
  primary key (phone_number_id, charged_at)
);
alter table orgline.number_rents enable row level security;
revoke all on orgline.number_rents from anon, authenticated, service_role;
