-- The provisioning ledger: every number enters through one order, one committed step at a time.
-- An order may be worked on only by the holder of its lease; results are recorded with its token.
create table orgline.number_orders (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid references orgline.organizations (id),
  cause text not null check (cause in ('signup', 'admin')),
  country text not null,
  area_code text,
  area_code_only boolean not null default false,
  step text not null default 'choose' check (step in ('choose', 'buy', 'import', 'settle', 'done')),
  status text not null default 'running' check (status in ('running', 'needs_person', 'done', 'canceled')),
  phone_number_id uuid references orgline.phone_numbers (id),
  attempts integer not null default 0,
  last_error text,
  next_run_at timestamptz not null default now(),
  lease_token uuid,
  lease_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (step in ('choose', 'done') or phone_number_id is not null),
  check ((step = 'done') = (status = 'done'))
);
create index number_orders_due on orgline.number_orders (next_run_at) where status = 'running';
create index number_orders_organization on orgline.number_orders (organization_id, created_at);
create index number_orders_number on orgline.number_orders (phone_number_id);

-- Every candidate an order ever picked, also those given up: a purchase that went through after we
-- stopped waiting is found by comparing these rows with the carrier's list.
create table orgline.number_order_attempts (
  id uuid primary key default gen_random_uuid(),
  order_id uuid not null references orgline.number_orders (id),
  phone_number_id uuid not null references orgline.phone_numbers (id),
  phone_number text not null,
  outcome text not null default 'open' check (outcome in ('open', 'bought', 'taken', 'refused', 'abandoned')),
  buy_started_at timestamptz,
  first_empty_look_at timestamptz,
  created_at timestamptz not null default now(),
  unique (order_id, phone_number)
);
create unique index number_order_attempts_open on orgline.number_order_attempts (order_id) where outcome = 'open';

-- While a carrier refuses our account, no order is tried before `until`.
create table orgline.carrier_pauses (
  carrier text primary key check (carrier in ('twilio', 'elevenlabs')),
  until timestamptz not null,
  reason text not null
);

alter table orgline.number_orders enable row level security;
alter table orgline.number_order_attempts enable row level security;
alter table orgline.carrier_pauses enable row level security;
revoke all on orgline.number_orders, orgline.number_order_attempts, orgline.carrier_pauses from anon, authenticated;
