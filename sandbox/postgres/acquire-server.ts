import { setTimeout as sleep } from 'node:timers/promises'
import { type OwnerSession, openOwnerSession } from './owner-session.ts'
import { findPostmaster } from './postmaster.ts'
import { type Server, startServer, stopServer } from './server.ts'

/** A running server that is ours until the session is closed. */
export interface Acquired {
  port: number
  session: OwnerSession
}

/** Another living process uses the data. */
export class DataInUse extends Error {}

const CONTENTION_LIMIT_MS = 5_000
const RETRY_MS = 150

/**
 * Starts the server, or takes over one that outlived its owner. While another process seems to be
 * starting, stopping or using it, tries again for five seconds; then throws if it is in use, and
 * replaces a server nobody can log in to.
 * @throws DataInUse
 */
export async function acquireServer(
  server: Server,
  say: (line: string) => void,
): Promise<Acquired> {
  const deadline = Date.now() + CONTENTION_LIMIT_MS
  for (;;) {
    const patient = Date.now() < deadline
    const result = (await takeOver(server, patient, say)) ?? (await startAnew(server))
    if ('session' in result) return result
    if (!patient) throw new DataInUse(result.busy)
    await sleep(RETRY_MS)
  }
}

async function takeOver(server: Server, patient: boolean, say: (line: string) => void) {
  const running = await findPostmaster(server.cluster.data)
  if (!running) return null
  const who = `PostgreSQL (process ${running.pid}) still runs over ${server.cluster.data}`
  const session = await logIn(server, running.port)
  if (session instanceof Error) {
    if (patient) return { busy: `${who}: ${session.message}` }
    say(`${who} but lets nobody in (${session.message}): starting it anew.`)
    await stopServer(server)
    return null
  }
  if (!session.claimed) {
    await session.close()
    return inUse(server, session)
  }
  if (session.fsync === server.durable && session.maxConnections === server.maxConnections) {
    say(`${who}, left by an earlier run: using it.`)
    return { port: running.port, session }
  }
  say(`${who}, left by an earlier run with other settings: starting it anew.`)
  await session.close()
  await stopServer(server)
  return null
}

async function startAnew(server: Server): Promise<Acquired | { busy: string }> {
  const started = await startServer(server)
  if ('busy' in started) {
    return { busy: `Another program uses ${server.cluster.data}:\n${started.busy}` }
  }
  const session = await logIn(server, started.port)
  if (session instanceof Error) {
    await stopServer(server)
    throw new Error(
      `PostgreSQL started, but a login failed: ${session.message}. If the password file in ` +
        `${server.cluster.folder} was changed, put it back, or delete that folder and start again.`,
      { cause: session },
    )
  }
  if (session.claimed) return { port: started.port, session }
  await session.close()
  return inUse(server, session)
}

async function logIn(server: Server, port: number): Promise<OwnerSession | Error> {
  return openOwnerSession({ port, password: server.cluster.password }).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  )
}

function inUse({ cluster }: Server, session: OwnerSession): { busy: string } {
  return {
    busy:
      `The database in ${cluster.folder} is in use (${session.claimant}). Stop that process, or ` +
      'choose another folder.',
  }
}
