-- What an agent collected in a call and how the call was evaluated, and what organizations know of their customers in
-- fields of their own.

alter table orgline.calls add column collected jsonb, add column evaluation jsonb;
comment on column orgline.calls.collected is
  'what the agent collected, by the name of each field; words of the call, kept as long as those';
comment on column orgline.calls.evaluation is 'by the name of each criterion: {result, rationale}; kept as long as the words of the call';

create or replace function private.withhold_words() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.summary := null;
  new.transcript := null;
  new.exchanges := '[]';
  new.recording_url := null;
  new.collected := null;
  new.evaluation := null;
  return new;
end
$$;

alter table orgline.contacts add column attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object');
comment on column orgline.contacts.attributes is 'fields of the organization''s own, each a short text; its agents are told them';
