import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'
import { failedWith, readIfPresent } from './files.ts'
import { freePort } from './free-port.ts'
import { clusterName, findPostmaster } from './postmaster.ts'
import { type Account, run } from './run.ts'

/** What it takes to start and stop the server of one cluster. */
export interface Server {
  cluster: Cluster
  pgCtl: string
  account: Account | null
  durable: boolean
  maxConnections: number
}

const LOG = 'postgres.log'
const LOG_TAIL_LINES = 20
const PORT_ATTEMPTS = 5
const START_SECONDS = 60
const STOP_SECONDS = { fast: 20, immediate: 10 }
const GRACE_MS = 5_000

/**
 * Starts the server on a free port and waits until it accepts logins. Returns the port, or why
 * somebody else seems to use the data. Throws with the log's end where it does not start.
 */
export async function startServer(server: Server): Promise<{ port: number } | { busy: string }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    await setLogAside(server)
    const settings = await serverSettings(server, port)
    const command = ['start', '--log', LOG, '--options', settings, '--timeout', `${START_SECONDS}`]
    const outcome = await pgCtl(server, command, START_SECONDS)
    if (outcome.ok) return { port }
    const log = await logTail(server)
    if (/lock file .* already exists|shared memory block .* in use/.test(log)) return { busy: log }
    // Another program took the port between our look and the start.
    if (/could not bind/.test(log) && attempt < PORT_ATTEMPTS) continue
    if (await findPostmaster(server.cluster.data)) await stopServer(server)
    throw new Error(
      `PostgreSQL did not start over ${server.cluster.data}: ${outcome.output}\n` +
        `Its log (${join(server.cluster.folder, LOG)}) ends with:\n${log}\n` +
        `If the data are of no value, delete ${server.cluster.folder} and start again.`,
    )
  }
}

/** Stops the server, the hard way when connections or a backend hold it up. Nothing to do if it is gone. */
export async function stopServer(server: Server): Promise<void> {
  let output = ''
  for (const mode of ['fast', 'immediate'] as const) {
    const running = await findPostmaster(server.cluster.data)
    if (!running) return
    const seconds = STOP_SECONDS[mode]
    const command = ['stop', '--mode', mode, '--timeout', `${seconds}`]
    output = (await pgCtl(server, command, seconds)).output
  }
  const running = await findPostmaster(server.cluster.data)
  if (!running) return
  throw new Error(
    `PostgreSQL (process ${running.pid}) over ${server.cluster.data} does not stop: ${output}\n` +
      `Its log ends with:\n${await logTail(server)}\nEnd the process manually: kill -9 ${running.pid}`,
  )
}

/**
 * The data folder is passed in the environment and the log relative to the working folder, because
 * pg_ctl would put them into a shell command, where a `$` in a path is expanded.
 */
function pgCtl(server: Server, command: string[], seconds: number) {
  return run(server.pgCtl, ['--wait', ...command], {
    account: server.account,
    limitMs: seconds * 1000 + GRACE_MS,
    cwd: server.cluster.folder,
    env: { PGDATA: server.cluster.data },
  })
}

async function serverSettings(server: Server, port: number): Promise<string> {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `max_connections=${server.maxConnections}`,
    `cluster_name=${await clusterName(server.cluster.data)}`,
    // The chaos experiment asks from when on something could be seen.
    'track_commit_timestamp=on',
    ...(server.durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ]
  return settings.map((setting) => `-c ${setting}`).join(' ')
}

/** One log per start, and the one before: enough to explain a failure, and it never grows for ever. */
async function setLogAside({ cluster }: Server): Promise<void> {
  const log = join(cluster.folder, LOG)
  await rename(log, join(cluster.folder, 'postgres.previous.log')).catch((error: unknown) => {
    if (!failedWith(error, 'ENOENT')) throw error
  })
}

async function logTail({ cluster }: Server): Promise<string> {
  const log = (await readIfPresent(join(cluster.folder, LOG))) ?? '(no log was written)'
  return log.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n')
}
