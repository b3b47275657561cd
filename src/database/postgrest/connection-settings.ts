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
  const { rows } = await client.query<{ role: string; timeout: string }>(
    `select current_user as role, s.setting as timeout
     from pg_catalog.pg_settings s where s.name = 'statement_timeout'`,
  )
  const [has] = rows
  if (has?.role === ROLE && has.timeout === String(timeoutMs)) return
  throw Object.assign(
    new Error(
      `startup options are dropped: the role is ${has?.role}, statement_timeout ${has?.timeout} ms`,
    ),
    { code: OPTIONS_DROPPED },
  )
}
