-- A request to join a Messaging Service may be carried out after its answer was given up, and so after the number
-- has left that service.

alter table orgline.phone_numbers add column services_left text[] not null default '{}';
comment on column orgline.phone_numbers.services_left is
  'Messaging Services it left without having been seen in: a join that is carried out late puts it there again';
