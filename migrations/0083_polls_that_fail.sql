-- Since when each look at a call, or at a text of unknown outcome, has failed, though the carrier answers others: a
-- person is told after an hour of that, and after a day nobody looks any more.

alter table orgline.calls add column poll_failing_since timestamptz;
comment on column orgline.calls.poll_failing_since is
  'when the first of the looks failed that have failed since; null: the last one did not';

alter table orgline.messages add column poll_failing_since timestamptz;
comment on column orgline.messages.poll_failing_since is
  'when the first of the looks failed that have failed since; null: the last one did not';
