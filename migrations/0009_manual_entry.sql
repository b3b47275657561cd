-- A number that a person bought enters the pipeline at its import.
alter table orgline.number_orders
  drop constraint number_orders_cause_check,
  add constraint number_orders_cause_check check (cause in ('signup', 'admin', 'manual'));
