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
revoke all on orgline.reconcile_reports from anon, authenticated;

-- Since when a number that should be ours is missing at the carrier.
alter table orgline.phone_numbers add column ghost_since timestamptz;

-- The address the numbers' webhooks were last pointed at. A copy of production, started elsewhere,
-- sees that it is not its own.
alter table orgline.deployment add column public_url text;
