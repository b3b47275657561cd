import type { ClientBase } from 'pg'
import { OPTIONS_DROPPED } from '../connection-problem.ts'

/** What every connection of the server is to have from its first statement on. */
const ROLE = 'service_role'

/** The startup options that ask for it. */
export function startupOptions(timeoutMs: number): string {
  return `-c role=${ROLE} -c statement_timeout=${timeoutMs}`
}

/**
 * Looks whether the connection has what its startup options asked for. Poolers drop options without
 * a word, and then every function would run as the owner of the database, and for ever.
 * @throws Error with code OPTIONS_DROPPED
 */
export async function checkOptions(client: ClientBase, timeoutMs: number): Promise<void> {
  // pg_settings has the number itself, and is read whole for it.
  const { rows } = await client.query<{ role: string; timeout: string; ms: number }>(
    `select current_user as role, current_setting('statement_timeout') as timeout,
       (extract(epoch from current_setting('statement_timeout')::interval) * 1000)::int as ms`,
  )
  const [has] = rows
  if (has?.role === ROLE && has.ms === timeoutMs) return
  throw Object.assign(
    new Error(
      `startup options are dropped: the role is ${has?.role}, statement_timeout ${has?.timeout}`,
    ),
    { code: OPTIONS_DROPPED },
  )
}
