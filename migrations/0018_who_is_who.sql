-- Who somebody is, and what was heard of them.

-- Numbers that no person entered: an agent was told on a call.
alter table orgline.do_not_call add column heard_in_call uuid;
comment on column orgline.do_not_call.heard_in_call is
  'the call on which the customer told its agent; null: entered by a person or a key. No reference: the wish outlives the call';

-- Whether anybody was spoken with.
alter table orgline.calls add column answered_by text check (answered_by in ('person', 'voicemail', 'nobody'));
comment on column orgline.calls.answered_by is
  'as the voice platform tells it at the end of a call; null: not told. A machine is no answer, so such a call makes no customer';
