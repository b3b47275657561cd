-- What the carriers charge, and since when a number is paid for. Amounts are micro-dollars.

-- One row for each text, leg of a call and conversation that a carrier charges for. Nothing of who was
-- reached or what was said: it outlives the texts and calls themselves, so that erasing a contact does
-- not change what a month has cost.
create table orgline.carrier_charges (
  sid text primary key,
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

-- What was charged for a number, once a month; fixed when its price is first known.
create table orgline.number_rents (
  phone_number_id uuid not null references orgline.phone_numbers (id),
  charged_at timestamptz not null,
  price bigint not null check (price >= 0),
  primary key (phone_number_id, charged_at)
);

alter table orgline.carrier_charges enable row level security;
alter table orgline.number_rents enable row level security;
revoke all on orgline.carrier_charges, orgline.number_rents from anon, authenticated;

-- Up to when the carrier's texts and calls were listed.
alter table orgline.deployment add column charges_listed_to timestamptz;

-- A number is paid for from its purchase on, by whichever way it came.
alter table orgline.phone_numbers add column bought_at timestamptz;
update orgline.phone_numbers set bought_at = created_at where status not in ('purchasing', 'failed');
create function private.note_purchase() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.bought_at := clock_timestamp();
  return new;
end
$$;
revoke execute on function private.note_purchase() from public, anon, authenticated;
create trigger note_purchase before insert or update of status on orgline.phone_numbers
  for each row when (new.bought_at is null and new.status not in ('purchasing', 'failed'))
  execute function private.note_purchase();

insert into orgline.carrier_charges (sid, kind, organization_id, direction, happened_at, price)
select c.conversation_id, 'conversation', c.organization_id, c.direction, coalesce(c.started_at, c.created_at), c.cost
from orgline.calls c where c.conversation_id is not null and c.cost is not null;

-- Texts and calls of all organizations since the carrier's were last listed.
create index messages_created on orgline.messages (created_at);
create index calls_created on orgline.calls (created_at);
