-- What counts against the limits of what organizations and accounts may spend.

-- A text may be repeated days after it was first asked for.
alter table orgline.messages
  add column counted_at timestamptz,
  add column outlay bigint not null default 0 check (outlay >= 0);
comment on column orgline.messages.counted_at is 'when an outbound text was last to be sent; limits count from then';
comment on column orgline.messages.outlay is 'micro-dollars, what it counts for against the limits of spending';
update orgline.messages set counted_at = created_at where direction = 'outbound';
create index messages_counted on orgline.messages (organization_id, counted_at) where counted_at is not null;

alter table orgline.calls
  add column outlay bigint not null default 0 check (outlay >= 0),
  add column outlay_rate bigint not null default 0,
  add column outlay_minutes integer not null default 0,
  add column forwarded_to text,
  add column forwarded_at timestamptz,
  add column forward_outlay bigint not null default 0 check (forward_outlay >= 0),
  add column forward_minutes integer;
comment on column orgline.calls.outlay is
  'micro-dollars, what it counts for against the limits of spending: the most it may cost while it goes on, then what it did';
comment on column orgline.calls.outlay_rate is 'micro-dollars a minute';
comment on column orgline.calls.outlay_minutes is 'how long it may last';
comment on column orgline.calls.forward_outlay is 'as outlay, of the leg by which its caller was put through';
comment on column orgline.calls.forward_minutes is 'how long that leg may last; null once its end was told';
create index calls_forwarded on orgline.calls (organization_id, forwarded_at) where forwarded_at is not null;
create index calls_from_fallback on orgline.calls (dialled_at) where from_fallback;
-- Whoever calls a number again and again.
create index calls_of_caller on orgline.calls (organization_phone_number_id, created_at) where direction = 'inbound';

alter table orgline.erased_dials
  add column kind text not null default 'call' check (kind in ('call', 'text', 'forward')),
  add column customer text,
  add column from_fallback boolean not null default false,
  add column segments integer not null default 0,
  add column outlay bigint not null default 0;
comment on column orgline.erased_dials.kind is 'calls, texts and forwarded calls that were erased go on counting';
comment on column orgline.erased_dials.customer is 'private.erased_customer: nothing of whom it reached';
create index erased_dials_from_fallback on orgline.erased_dials (dialled_at) where from_fallback;

-- What all organizations together spent in an hour; the last day is 25 rows, whoever spent it.
create table orgline.spend_hours (
  hour timestamptz primary key,
  spend bigint not null
);
comment on column orgline.spend_hours.spend is 'micro-dollars';
alter table orgline.spend_hours enable row level security;
revoke all on orgline.spend_hours from anon, authenticated, service_role;

-- From which budget an order buys.
alter table orgline.number_orders
  add column budget text not null default 'operators' check (budget in ('first', 'further', 'operators'));
update orgline.number_orders set budget = case cause when 'signup' then 'first' else 'further' end
where cause in ('signup', 'organization');
create index number_order_attempts_counted on orgline.number_order_attempts ((coalesce(buy_started_at, created_at)));

-- Sign-ups of all users in the last hour.
create index organizations_created on orgline.organizations (created_at) where created_by is not null;
