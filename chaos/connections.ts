import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseError, Pool } from 'pg'

const RECOVERY_MS = 60_000
/** Of one database at a time: a run asks one thing after the other. */
const MOST = 2

/**
 * Queries of any database of a PostgreSQL that crashes and recovers: one that a crash cuts off is asked again, so
 * it must be one that may be done twice. A login costs more than most questions do, so connections stay open for a
 * moment; `leave` closes those of one database, or all.
 */
export function openConnections(url: (database: string) => string) {
  const pools = new Map<string, Pool>()

  const poolOf = (database: string): Pool => {
    const known = pools.get(database)
    if (known) return known
    const connectionString = url(database)
    const pool = new Pool({ connectionString, max: MOST, idleTimeoutMillis: 1_000 })
    // A crash ends connections under our feet: idle ones here, those in use below; their query tells it.
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
    pools.set(database, pool)
    return pool
  }

  return {
    async query<Row extends object>(database: string, text: string): Promise<Row[]> {
      const end = Date.now() + RECOVERY_MS
      for (;;) {
        try {
          return await askOnce<Row>(poolOf(database), text)
        } catch (error) {
          if (!isCutOff(error) || Date.now() > end) throw error
          await sleep(50)
        }
      }
    },
    async leave(database?: string): Promise<void> {
      const names = database === undefined ? [...pools.keys()] : [database]
      const left = names.flatMap((name) => pools.get(name) ?? [])
      for (const name of names) pools.delete(name)
      await Promise.all(left.map((pool) => pool.end()))
    },
  }
}

async function askOnce<Row extends object>(pool: Pool, text: string): Promise<Row[]> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<Row>(text)
    client.release()
    return rows
  } catch (error) {
    client.release(true)
    throw error
  }
}

/** Whether PostgreSQL could not be reached, or went away; FATAL ends a connection, whatever the code says. */
function isCutOff(error: unknown): boolean {
  return !(error instanceof DatabaseError) || error.severity === 'FATAL'
}
