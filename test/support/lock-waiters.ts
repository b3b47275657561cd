/** One row for each statement of this database that waits for what another transaction holds. */
export const LOCK_WAITERS = `select from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`
