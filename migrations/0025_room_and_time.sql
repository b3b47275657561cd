-- What is over is found without reading what is not.

create index messages_with_words on orgline.messages (created_at) where body <> '' or media <> '[]';
create index calls_with_words on orgline.calls (created_at)
  where summary is not null or transcript is not null or exchanges <> '[]' or recording_url is not null;
create index number_orders_canceled on orgline.number_orders (updated_at) where status = 'canceled';
create index phone_numbers_failed on orgline.phone_numbers (updated_at) where status = 'failed';
create index number_order_attempts_number on orgline.number_order_attempts (phone_number_id);
create index admin_notifications_of_nobody on orgline.admin_notifications (created_at) where organization_id is null;
create index api_keys_revoked on orgline.api_keys (revoked_at) where revoked_at is not null;
