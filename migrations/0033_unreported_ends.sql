-- Calls whose end nobody told: they end all the same.

alter table orgline.calls add column end_unknown boolean not null default false;
comment on column orgline.calls.end_unknown is
  'failed, because its end was not reported and is not looked for any more; it may have been dialled, and a report that still comes is applied';

update orgline.calls
set status = 'failed', end_unknown = true, failure_reason = coalesce(failure_reason, 'its end was not reported')
where status = 'in-progress' and look_at is null;
