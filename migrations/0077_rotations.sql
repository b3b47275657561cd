-- Who answers for an endpoint's address, and the rotation of its secret that is asked for again.

comment on column orgline.webhook_endpoints.url_by is
  'the user who answers for its address, by entering it or by resuming the endpoint last; null: an operator';
alter table orgline.webhook_endpoints add column rotation_id uuid;
comment on column orgline.webhook_endpoints.rotation_id is
  'the request that gave it its secret, so that a repeat gives it no other; null: it was made with it';
