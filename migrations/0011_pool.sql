-- Numbers bought ahead of demand: many orders of one request belong to one batch.
alter table orgline.number_orders
  drop constraint number_orders_cause_check,
  add constraint number_orders_cause_check check (
    cause in ('signup', 'admin', 'organization', 'manual', 'batch', 'replenish', 'adopted')),
  add column batch_id uuid;
create index number_orders_batch on orgline.number_orders (batch_id, created_at) where batch_id is not null;

-- What a sign-up picks from.
create index phone_numbers_pool on orgline.phone_numbers (country, area_code, created_at) where status = 'configured';

-- How an organization came to a number: from the pool, at once; and which area code it had asked for.
alter table orgline.organization_phone_numbers
  add column from_pool boolean not null default false,
  add column requested_area_code text;
create index organization_phone_numbers_from_pool on orgline.organization_phone_numbers (assigned_at) where from_pool;
