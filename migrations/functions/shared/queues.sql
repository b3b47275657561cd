-- Work that waits in a table. A row that says when is the queue, and that time, pushed away, is the lease: whoever
-- takes the row is alone with it until then, and records what came of it with that very time. A worker that dies
-- leaves the row due again. docs/adr/0014-our-own-work-queue.md says which two queues have a token instead.

-- Until when a row must have been due to be taken by this run, which gives what its first claim answered with each
-- further one (p_due_by; null: this is the first). What becomes due meanwhile is left to the next run, so each ends.
create function private.due_by(p_due_by timestamptz) returns timestamptz
language plpgsql volatile set search_path = '' as $$
begin
  return coalesce(p_due_by, clock_timestamp());
end
$$;
