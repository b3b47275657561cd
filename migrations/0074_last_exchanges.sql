-- What a customer and an organization have exchanged, without what certainly reached nobody: a row of failures, however
-- long, hides no exchange and is not read. What was asked for again counts when it was tried last. It costs one entry more
-- for each text and each call that may have reached somebody, and for each of its changes.

create index messages_exchanged on orgline.messages (organization_id, contact_id, greatest(created_at, counted_at), id)
  where status not in ('failed', 'undelivered');

-- As private.is_not_dialled says, which no index can ask, because every update of the functions drops it.
create index calls_exchanged on orgline.calls
  (organization_id, contact_id, coalesce(started_at, greatest(created_at, dialled_at)), id)
  where not (direction = 'outbound' and status = 'failed' and not end_unknown and conversation_id is null and started_at is null);
