import type { Client } from 'pg'

/** The migrations of before the first release had other contents under the same numbers. */
const LAST_OF_THEM = [
  '0036_numbers_over_time.sql',
  '0037_caught_up.sql',
  '0039_quarantine_mark.sql',
]

export const MADE_BEFORE =
  'This database was made before the first release and cannot be updated. Make a new, empty one and run npm run migrate; of a sandbox, delete the folder .sandbox'

/** `applied`: names of migrations that a database has. */
export function isOldNumbering(applied: string[]): boolean {
  return applied.some((name) => LAST_OF_THEM.includes(name))
}

/** @throws Error that says what to do with a database of before the first release */
export async function refuseOldNumbering(client: Client): Promise<void> {
  const { rows } = await client.query<{ is_old: boolean }>(`
    select to_regclass('private.schema_migrations') is not null
      and to_regclass('public.number_orders') is not null as is_old`)
  if (rows[0]?.is_old) throw new Error(MADE_BEFORE)
}
