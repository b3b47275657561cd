-- Why a call or a text goes out from the number it does, and the numbers an organization holds, found by an index.

alter table orgline.calls add column number_reason text
  check (number_reason in ('requested', 'last_exchange', 'agent', 'default', 'newest', 'fallback'));
comment on column orgline.calls.number_reason is
  'why an outbound call came from its number (private.choose_number); fallback: the organization had none';
alter table orgline.messages add column number_reason text
  check (number_reason in ('requested', 'last_exchange', 'default', 'newest'));
comment on column orgline.messages.number_reason is 'why an outbound text came from its number (private.choose_number)';

create index organization_phone_numbers_held on orgline.organization_phone_numbers (organization_id, created_at, id)
  where ended_at is null;
