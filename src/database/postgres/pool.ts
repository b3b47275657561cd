import { Pool, type QueryResultRow } from 'pg'
import { connectionTo } from '../connection.ts'
import { checkOptions, startupOptions } from './connection-settings.ts'

/** SQL; with a name it is parsed once for each connection. */
export type Statement = string | { name: string; text: string }

export type Query = <Row extends QueryResultRow>(
  statement: Statement,
  values?: unknown[],
  caller?: { readonly aborted: boolean } | null,
) => Promise<Row[]>

export interface PoolOptions {
  url: string
  /** For connecting, and for each statement. */
  timeoutMs: number
  poolSize: number
  onError: (error: Error) => void
}

/** The grace after which a server that did not end a statement in time counts as gone. */
const GRACE_MS = 1_000

/**
 * Connections as role service_role, with the same limit for connecting and for each statement. What its
 * caller gave up while it waited for a connection is not carried out.
 */
export function createQueryPool(options: PoolOptions): {
  query: Query
  close: () => Promise<void>
} {
  const pool = new Pool({
    ...connectionTo(options.url),
    max: options.poolSize,
    connectionTimeoutMillis: options.timeoutMs,
    idleTimeoutMillis: 30_000,
    query_timeout: options.timeoutMs + GRACE_MS,
    options: startupOptions(options.timeoutMs),
    // The pool waits for it; what it throws goes to whoever asked for the connection.
    onConnect: (client) => checkOptions(client, options.timeoutMs),
    application_name: 'orgline',
  })
  // An idle connection whose server goes away raises here; the pool replaces it by itself.
  pool.on('error', options.onError)

  return {
    async query<Row extends QueryResultRow>(
      statement: Statement,
      values: unknown[] = [],
      caller?: { readonly aborted: boolean } | null,
    ) {
      const client = await pool.connect()
      if (caller?.aborted) {
        client.release()
        throw new Error('its caller has given it up')
      }
      // A connection lost in use raises here as well; the query tells the same.
      client.on('error', ignore)
      try {
        const { rows } = await client.query<Row>(
          typeof statement === 'string' ? { text: statement, values } : { ...statement, values },
        )
        client.release()
        return rows
      } catch (error) {
        client.release(!isAnswer(error))
        throw error
      } finally {
        client.off('error', ignore)
      }
    },
    close: () => pool.end(),
  }
}

/** Whether the server answered, so that its connection is sound: a refusal of ours, for example. */
function isAnswer(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^(08|57P)/.test(code)
}

function ignore(): void {}
