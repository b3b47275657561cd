-- A text that failed and is asked for again keeps the moment at which it was first asked for: its events say when it was
-- sent last, as its limits and the order of a customer's exchanges do. A received text has one moment alone.

create or replace function private.report_message() returns trigger language plpgsql set search_path = '' as $$
begin
  -- No status goes back, so of one that was not sent yet, nothing was reported since it failed.
  if new.status in ('failed', 'undelivered') and old.status <> 'sent' and exists (
    select from orgline.events e where e.facts ->> 'id' = new.id::text and e.type = 'message.failed') then
    return null;
  end if;
  perform private.record_event(
    'message.' || case new.status when 'undelivered' then 'failed' else new.status end,
    new.organization_id, new.contact_id,
    new.direction = 'inbound' and coalesce(new.caught_up_at > new.created_at + interval '10 minutes', false),
    jsonb_build_object(
      'id', new.id, 'direction', new.direction, 'status', new.status, 'from', new.from_number, 'to', new.to_number,
      'contact_id', new.contact_id, 'lead_id', new.lead_id, 'body', left(new.body, 2000), 'media_count', jsonb_array_length(new.media),
      'keyword', new.keyword, 'failure_reason', new.failure_reason, 'sent_at', greatest(new.created_at, new.counted_at)));
  return null;
end
$$;
