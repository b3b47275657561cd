-- What stopped an order: sweeps try those once more that a carrier's answer stopped before they had bought anything. Orders
-- that stopped before the update are left to the persons who were told of them.

alter table orgline.number_orders add column stopped_by_carrier boolean not null default false;
comment on column orgline.number_orders.stopped_by_carrier is
  'of one that needs attention: a carrier''s answer stopped it, which may have been wrong';
comment on column orgline.number_orders.is_trial is
  'a sweep tries it once more, before the other orders that stopped at the import, or before they had bought, as this one did';
