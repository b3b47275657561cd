import { sql } from './database.ts'

// Every function of ours that asks for the time asks a setting of its connection, where that has one.
const OWN_CLOCK = `
  create schema own_clock;
  create function own_clock.now() returns timestamptz language sql stable as $now$
    select coalesce(current_setting('own_clock.now', true)::timestamptz, pg_catalog.now())
  $now$;
  grant usage on schema own_clock to public;
  do $change$
  declare
    v_function record;
  begin
    for v_function in
      select p.oid from pg_proc p
      where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.prosrc ~ 'now\\(\\)|clock_timestamp\\(\\)'
    loop
      execute regexp_replace(
        pg_get_functiondef(v_function.oid), '(\\mnow|\\mclock_timestamp)\\(\\)', 'own_clock.now()', 'g');
    end loop;
  end
  $change$`

/** Sets the clock of a connection: $1. */
export const SET_CLOCK = "select set_config('own_clock.now', $1, false)"

/** From now on, the functions of this database know the time from `SET_CLOCK`, on connections that had one. */
export async function useOwnClock(url: string): Promise<void> {
  await sql(url, OWN_CLOCK)
}
