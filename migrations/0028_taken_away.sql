-- What was said on a call, once its time is over, stays away, whoever tells it again; and agents that never came
-- to be are found without reading those that did.

alter table orgline.calls add column words_gone_at timestamptz;
comment on column orgline.calls.words_gone_at is
  'since when nothing is kept of what was said, because its time was over; nor is it taken in again; null: it is kept';

create function private.withhold_words() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.summary := null;
  new.transcript := null;
  new.exchanges := '[]';
  new.recording_url := null;
  return new;
end
$$;
revoke execute on function private.withhold_words() from public, anon, authenticated;
create trigger withhold_words before update on orgline.calls
  for each row when (new.words_gone_at is not null)
  execute function private.withhold_words();

create index agents_failed on orgline.agents (updated_at) where status = 'failed' and work_at is null;
