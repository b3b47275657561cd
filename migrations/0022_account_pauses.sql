-- Whether the carrier refused an order. Then only an order that it carries out proves the account,
-- because an account that may not buy can still be read.
alter table orgline.carrier_pauses add column refused_order boolean not null default true;
