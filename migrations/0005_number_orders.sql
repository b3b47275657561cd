-- The provisioning ledger: every number enters through one order, one committed step at a time.
-- An order may be worked on only by the holder of its lease; results are recorded with its token.
create table orgline.number_orders (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid references orgline.organizations (id),
  -- manual: a number that a person bought, which enters at its import.
  cause text not null check (
    cause in ('signup', 'admin', 'organization', 'manual', 'batch', 'replenish', 'adopted')),
  -- Numbers bought ahead of demand: many orders of one request belong to one batch.
  batch_id uuid,
  country text not null,
  area_code text,
  area_code_only boolean not null default false,
  -- The agent its number is for; null: the deployment's.
  agent_id text,
  step text not null default 'choose' check (step in ('choose', 'buy', 'import', 'settle', 'done')),
  status text not null default 'running' check (status in ('running', 'needs_person', 'done', 'canceled')),
  phone_number_id uuid references orgline.phone_numbers (id),
  attempts integer not null default 0,
  last_error text,
  next_run_at timestamptz not null default now(),
  lease_token uuid,
  lease_until timestamptz,
  -- What a request's answer could not tell of it is told otherwise.
  answer_due_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (step in ('choose', 'done') or phone_number_id is not null),
  check ((step = 'done') = (status = 'done')),
  constraint number_orders_agent foreign key (organization_id, agent_id)
    references orgline.agents (organization_id, elevenlabs_agent_id)
);
comment on column orgline.number_orders.answer_due_at is
  'until then whoever ordered it waits for the answer, which tells whether it failed; null: answered, or nobody waits';
create index number_orders_due on orgline.number_orders (next_run_at) where status = 'running';
create index number_orders_organization on orgline.number_orders (organization_id, created_at);
create index number_orders_number on orgline.number_orders (phone_number_id);
create index number_orders_batch on orgline.number_orders (batch_id, created_at) where batch_id is not null;
create index number_orders_agent on orgline.number_orders (agent_id) where agent_id is not null;
alter table orgline.number_orders enable row level security;
revoke all on orgline.number_orders from anon, authenticated, service_role;

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
alter table orgline.number_order_attempts enable row level security;
revoke all on orgline.number_order_attempts from anon, authenticated, service_role;

-- While a carrier refuses our account, no order is tried before `until`.
create table orgline.carrier_pauses (
  carrier text primary key check (carrier in ('twilio', 'elevenlabs')),
  until timestamptz not null,
  reason text not null,
  -- Whether the carrier refused an order. Then only an order that it carries out proves the account,
  -- because an account that may not buy can still be read.
  refused_order boolean not null default true
);
alter table orgline.carrier_pauses enable row level security;
revoke all on orgline.carrier_pauses from anon, authenticated, service_role;

-- What a sweep found: the outside world against these tables.
create table orgline.reconcile_reports (
  id uuid primary key default gen_random_uuid(),
  mode text not null check (mode in ('dry-run', 'repair')),
  cause text not null check (cause in ('request', 'loop')),
  started_at timestamptz not null,
  finished_at timestamptz not null default now(),
  counts jsonb not null,
  findings jsonb not null
);
create index reconcile_reports_latest on orgline.reconcile_reports (finished_at);
alter table orgline.reconcile_reports enable row level security;
revoke all on orgline.reconcile_reports from anon, authenticated, service_role;
