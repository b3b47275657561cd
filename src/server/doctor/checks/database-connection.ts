import { z } from 'zod'
import type { Config } from '../../../config/config.ts'
import type { Database } from '../../../database/db.ts'
import { Timestamp } from '../../../database/timestamp.ts'
import { isClosedHost } from '../../../platform/network/public-host.ts'
import { type Check, error, type Finding, ok, warning } from '../check.ts'

const Connection = z.object({
  role: z.string(),
  session_user: z.string(),
  statement_timeout_ms: z.number(),
  encrypted: z.boolean().nullable(),
  version: z.string(),
  now: Timestamp,
})
export type Connection = z.infer<typeof Connection>

/** @throws AppError database_unavailable, not_ready */
export type ReadConnection = (signal: AbortSignal) => Promise<Connection>

export const createReadConnection =
  (db: Database): ReadConnection =>
  (signal) =>
    db.rpc('describe_connection', {}, Connection, { signal })

/** The role that asks, how long it may ask, and who could listen. */
export function createConnectionCheck(deps: {
  database: Config['database']
  readConnection: ReadConnection
}): Check {
  const { supabase, url } = deps.database
  return async (signal) => {
    const { role, session_user, statement_timeout_ms, encrypted, version } =
      await deps.readConnection(signal)
    const found: Finding[] = []
    if (role !== 'service_role')
      found.push(
        error(
          `The functions run as ${role}, not as service_role.`,
          supabase
            ? 'Set SUPABASE_SECRET_KEY to a secret key (sb_secret_…), not a publishable one.'
            : 'Let DATABASE_URL lead to PostgreSQL itself, not to a pooler.',
        ),
      )
    if (statement_timeout_ms === 0)
      found.push(
        warning(
          'No statement_timeout holds, so a statement may go on for ever.',
          `As the owner of the database: alter role ${supabase ? 'authenticator' : session_user} set statement_timeout = '8s'.`,
        ),
      )
    // Between Supabase's own parts nobody of ours listens; to there it is HTTPS.
    const isOpen = !supabase && encrypted === false
    if (isOpen && url && !isClosedHost(new URL(url).hostname))
      found.push(
        error(
          'The connection to the database is not encrypted and crosses the internet.',
          'Append ?sslmode=verify-full to DATABASE_URL (docs/operations.md, "Connecting to Supabase").',
        ),
      )
    const way = supabase ? 'over HTTPS' : isOpen ? 'in your own network' : 'encrypted'
    const limit = `${statement_timeout_ms} ms for a statement`
    return found.length > 0 ? found : ok(`PostgreSQL ${version} as ${role}, ${way}, ${limit}.`)
  }
}
