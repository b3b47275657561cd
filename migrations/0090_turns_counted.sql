-- What counts of a turn: how often its agent was asked, and nothing else.

alter table orgline.text_turns add column looks_failed integer not null default 0;
comment on column orgline.text_turns.looks_failed is
  'how often the telephone company could not be asked what it had sent, so that no agent was';
