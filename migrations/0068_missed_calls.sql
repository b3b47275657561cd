-- Callers with whom nobody spoke may get a text (settings.missed_call_text). That it is due is written in the transaction
-- that ends the call, whichever it is, so none can forget it.

alter table orgline.calls add column missed_text_due_at timestamptz, add column missed_text_at timestamptz;
comment on column orgline.calls.missed_text_due_at is
  'when its caller is to be texted that nobody answered; pushed away, it is the lease of whoever does it; null: not, or done';
comment on column orgline.calls.missed_text_at is 'when that text was begun; it counts from then';

create index calls_missed_text_due on orgline.calls (missed_text_due_at) where missed_text_due_at is not null;
create index calls_missed_text_of_customer on orgline.calls (organization_id, contact_id, missed_text_at)
  where missed_text_at is not null;
create index calls_missed_text_of_number on orgline.calls (organization_phone_number_id, missed_text_at)
  where missed_text_at is not null;

-- Nobody spoke where nothing was said and nobody answered to whom the caller was put through; of a conversation the voice
-- platform says that a person answered, which is the caller. What is known too late, or not at all, is left alone, and so is
-- whoever called too often. The rest is asked when the text is begun.
create function private.note_missed_call() returns trigger language plpgsql set search_path = '' as $$
begin
  new.missed_text_due_at := case
    when new.exchanges = '[]' and (new.answered_by is distinct from 'person' or new.conversation_id is not null)
      and not new.end_unknown and new.contact_id is not null
      and new.failure_reason is distinct from 'too_many_calls'
      and coalesce(new.started_at, new.created_at) + make_interval(secs => coalesce(new.duration_seconds, 0))
        > now() - interval '10 minutes'
      and exists (select from orgline.organizations o where o.id = new.organization_id and o.settings ? 'missed_call_text')
    then case when old.missed_text_at is null then coalesce(old.missed_text_due_at, clock_timestamp()) else old.missed_text_due_at end end;
  return new;
end
$$;
revoke execute on function private.note_missed_call() from public, anon, authenticated;

create trigger note_missed_call before update of status, answered_by on orgline.calls
  for each row when (new.direction = 'inbound' and new.status in ('completed', 'failed')
    and (new.status <> old.status or new.answered_by is distinct from old.answered_by))
  execute function private.note_missed_call();
