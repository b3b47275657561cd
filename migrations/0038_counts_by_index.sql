-- Indexes by which operators’ counts and the loops find the few rows they are about, however many others there are.

-- For whom a number was bought because the pool had none, told once, where it is bought: the orders of all were read for it.
alter table orgline.organization_phone_numbers add column bought_for_holder boolean not null default false;
comment on column orgline.organization_phone_numbers.bought_for_holder is
  'the number was bought for this organization; false: given from the pool, entered, or restored';
update orgline.organization_phone_numbers h set bought_for_holder = true
where exists (
    select from orgline.number_orders n
    where n.phone_number_id = h.phone_number_id and n.organization_id = h.organization_id
      and n.cause in ('signup', 'organization', 'admin'))
  and not h.from_pool
  and not exists (
    select from orgline.organization_phone_numbers e where e.phone_number_id = h.phone_number_id and e.assigned_at < h.assigned_at);
create index organization_phone_numbers_given on orgline.organization_phone_numbers (assigned_at) where from_pool or bought_for_holder;
drop index orgline.organization_phone_numbers_assigned;

-- Organizations that may be without a number: whoever has one that is live has a default one.
create index organizations_without_default on orgline.organizations (created_at, id)
  where status = 'active' and default_phone_number_id is null;

-- Numbers that may be without a price: what is priced costs something in a month from then on.
create index phone_numbers_without_cost on orgline.phone_numbers (country, id) where bought_at is not null and monthly_cost is null;
