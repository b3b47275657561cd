-- Whose an endpoint is: it goes on receiving an organization's texts after whoever entered its address has lost the right to
-- enter one, so an admin is told of it then.

alter table orgline.webhook_endpoints add column url_by uuid;
comment on column orgline.webhook_endpoints.url_by is
  'the user who entered its address, by making it or by changing it last; null: an operator';
update orgline.webhook_endpoints set url_by = created_by where created_by is not null;
