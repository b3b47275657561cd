-- A caller who said nothing is missed, though the agent has greeted: nobody spoke with whoever hung up meanwhile. The row has the
-- last ten lines of a conversation; where all of them are the agent's, the caller may have spoken before.

create or replace function private.note_missed_call() returns trigger language plpgsql set search_path = '' as $$
begin
  new.missed_text_due_at := case
    when not jsonb_path_exists(new.exchanges, '$[*] ? (@.direction == "inbound")') and jsonb_array_length(new.exchanges) < 10
      and (new.answered_by is distinct from 'person' or new.conversation_id is not null)
      and not new.end_unknown and new.contact_id is not null
      and new.failure_reason is distinct from 'too_many_calls'
      and coalesce(new.started_at, new.created_at) + make_interval(secs => coalesce(new.duration_seconds, 0))
        > now() - interval '10 minutes'
      and exists (select from orgline.organizations o where o.id = new.organization_id and o.settings ? 'missed_call_text')
    then case when old.missed_text_at is null then coalesce(old.missed_text_due_at, clock_timestamp()) else old.missed_text_due_at end end;
  return new;
end
$$;
