-- Finds the answers that tell of what is erased, without reading all of them. By every string in them,
-- as private.erase_answers() asks for it; entries go into the index at once, because those who erase
-- keep others waiting.
create index idempotency_keys_told on orgline.idempotency_keys
  using gin (jsonb_path_query_array(reply_body, 'strict $.** ? (@.type() == "string")')) with (fastupdate = off);

-- What a request's answer could not tell of an order is told otherwise.
alter table orgline.number_orders add column answer_due_at timestamptz;
comment on column orgline.number_orders.answer_due_at is
  'until then whoever ordered it waits for the answer, which tells whether it failed; null: answered, or nobody waits';
