import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { watchBlockers } from './blockers.ts'
import type { SqlFile } from './files.ts'

/** Any two migrations of one database wait for each other under this advisory lock. */
const LOCK_KEY = 7_091_984

/** lock_not_available, deadlock_detected. */
const blockedCodes = ['55P03', '40P01']

export interface Patience {
  /**
   * How long it may stand in the queue for a lock: as long everybody stands behind it. More than
   * deadlock_timeout (1 s), after which PostgreSQL takes an autovacuum out of the way.
   */
  lockTimeoutMs: number
  /** How long everybody goes on undisturbed between two tries. */
  pauseMs: number
  giveUpMs: number
  /** Called with a line for whoever watches, whenever it waits for somebody else. */
  say: (line: string) => void
  /** The time, in milliseconds of any beginning. */
  now: () => number
}

/**
 * Does `work` in a transaction under the lock that all migrations share. Where somebody holds what it
 * needs, all is rolled back, and tried again after a pause: others are held up for moments only,
 * however long that somebody stays. The lock goes with the transaction, because a pooler may give
 * the next one another session.
 * @throws Error after `giveUpMs`, that says who was in the way and what to do
 */
export async function inTransaction<T>(
  { client, url }: { client: Client; url: string },
  what: string,
  patience: Patience,
  work: () => Promise<T>,
): Promise<T> {
  const end = patience.now() + patience.giveUpMs
  let seen: string | undefined
  let reported: string | undefined
  for (;;) {
    const tried = await tryOnce({ client, url }, patience, work)
    if ('result' in tried) return tried.result
    // On a busy machine a try may end before anybody was seen; most likely it is the one from before.
    seen = tried.blocker ?? seen
    const blocker = seen ?? 'another session'
    if (patience.now() >= end) {
      throw new Error(
        `${what} needs a lock that ${blocker} has not given up for ${Math.round(patience.giveUpMs / 1000)} s; nothing of it was done. Wait until that is over, or end it (select pg_terminate_backend(<session>)), and run npm run migrate again.`,
      )
    }
    if (blocker !== reported) {
      patience.say(
        `${what} waits for ${blocker}, and is tried again every ${patience.pauseMs / 1000} s; calls and texts go on, and wait about a second at each try.`,
      )
    }
    reported = blocker
    await sleep(patience.pauseMs)
  }
}

async function tryOnce<T>(
  { client, url }: { client: Client; url: string },
  { lockTimeoutMs }: Patience,
  work: () => Promise<T>,
): Promise<{ result: T } | { blocker: string | undefined }> {
  await client.query('begin')
  const { rows } = await client.query<{ pid: number }>(
    `select pg_backend_pid() as pid, set_config('lock_timeout', $1, true)`,
    [`${lockTimeoutMs}ms`],
  )
  const watch = watchBlockers(url, rows[0]?.pid ?? 0, lockTimeoutMs / 4)
  try {
    await client.query('select pg_advisory_xact_lock($1)', [LOCK_KEY])
    const result = await work()
    await client.query('commit')
    return { result }
  } catch (thrown) {
    const blocker = await watch.stop()
    // Fails where the connection is lost; what was thrown tells that.
    await client.query('rollback').catch(() => {})
    if (!isBlocked(thrown)) throw thrown
    return { blocker }
  } finally {
    await watch.stop()
  }
}

function isBlocked(thrown: unknown): boolean {
  const { code, cause } = thrown as { code?: string; cause?: { code?: string } }
  return blockedCodes.includes(code ?? cause?.code ?? '')
}

/** @throws Error that names the file */
export async function runFile(client: Client, { name, sql }: SqlFile): Promise<void> {
  try {
    await client.query(sql)
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error })
  }
}
