import { Socket } from 'node:net'
import pg from 'pg'

/** Our own login to the server. While `claimed`, no other process takes the server for a survivor. */
export interface OwnerSession {
  claimed: boolean
  /** Who holds the claim, when we do not. */
  claimant: string
  fsync: boolean
  maxConnections: number
  close(): Promise<void>
}

const LOGIN_LIMIT_MS = 10_000
const CLAIM_KEY = 0x6f72676c
const CLAIMANT = 'orgline owner, process'

/**
 * Logs in and tries to claim the server by an advisory lock, held as long as the session lasts. The
 * system ends the session when our process dies, however it dies: that is how a server whose owner
 * was killed is told from one in use. Rejects when the login fails.
 */
export async function openOwnerSession(server: {
  port: number
  password: string
}): Promise<OwnerSession> {
  const socket = new Socket()
  const client = new pg.Client({
    host: '127.0.0.1',
    port: server.port,
    user: 'postgres',
    password: server.password,
    database: 'postgres',
    ssl: false,
    application_name: `${CLAIMANT} ${process.pid}`,
    connectionTimeoutMillis: LOGIN_LIMIT_MS,
    query_timeout: LOGIN_LIMIT_MS,
    stream: () => socket,
  })
  // The server may go away under an idle session; those who query it will notice and say so.
  client.on('error', () => {})
  try {
    await client.connect()
    const state = await readState(client)
    socket.unref()
    const close = () => {
      // Whoever closes it waits for that, and may have nothing else to live for.
      socket.ref()
      return client.end()
    }
    return { ...state, close }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function readState(client: pg.Client): Promise<Omit<OwnerSession, 'close'>> {
  const { rows } = await client.query(
    `select pg_try_advisory_lock($1) as claimed,
            current_setting('fsync') as fsync,
            current_setting('max_connections')::int as max_connections,
            (select min(application_name) from pg_stat_activity
              where application_name like $2 || '%' and pid <> pg_backend_pid()) as claimant`,
    [CLAIM_KEY, CLAIMANT],
  )
  const [row] = rows
  return {
    claimed: row.claimed,
    claimant: row.claimant ?? 'unknown',
    fsync: row.fsync === 'on',
    maxConnections: row.max_connections,
  }
}
