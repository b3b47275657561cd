-- What keeps outbound calls within bounds: when each went out, and who must not be called.

-- From when on a call counts; not for calls that were made past this server.
alter table orgline.calls add column dialled_at timestamptz;
update orgline.calls set dialled_at = created_at where direction = 'outbound' and request_id is not null;
create index calls_dialled on orgline.calls (organization_id, dialled_at) where dialled_at is not null;
comment on column orgline.calls.dialled_at is 'when it was last to be dialled by us; limits count from then';

-- What erased calls still count against the limits of their organization; nothing of whom they reached.
create table orgline.erased_dials (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references orgline.organizations (id),
  dialled_at timestamptz not null,
  minutes integer not null check (minutes >= 0),
  cost bigint check (cost >= 0)
);
create index erased_dials_counted on orgline.erased_dials (organization_id, dialled_at);
comment on column orgline.erased_dials.cost is 'micro-dollars; null where it was not known';
alter table orgline.erased_dials enable row level security;
revoke all on orgline.erased_dials from anon, authenticated;

-- Numbers that must not be called: by one organization, or (without one) by anybody here. No reference
-- to contacts: the wish outlives what else is known of a customer.
create table orgline.do_not_call (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid references orgline.organizations (id),
  phone_number text not null,
  reason text,
  -- The user, or the key, that entered it; null for an operator.
  created_by uuid,
  created_at timestamptz not null default now(),
  unique (organization_id, id),
  unique nulls not distinct (organization_id, phone_number)
);
create index do_not_call_listed on orgline.do_not_call (organization_id, created_at, id);
alter table orgline.do_not_call enable row level security;
revoke all on orgline.do_not_call from anon, authenticated;
