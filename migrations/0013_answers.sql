-- What was proved when: the last success of each loop, and the last time the carriers were asked about a number.

alter table orgline.leases
  -- When a run was last finished, and what became of those since.
  add column succeeded_at timestamptz not null default now(),
  add column last_error text;

alter table orgline.phone_numbers
  -- When its settings were last read at the carriers and were as they are to be; null: never, as far as is kept.
  add column verified_at timestamptz;

alter table orgline.calls
  -- When a person was told that no agent answered: one call is one occurrence, whoever finds that out.
  add column not_routed_told_at timestamptz;

alter table orgline.deployment
  -- POOL_MIN and POOL_TARGET of the server that looked after the pool last.
  add column pool_min integer,
  add column pool_target integer;
