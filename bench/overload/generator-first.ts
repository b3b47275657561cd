import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import { Client } from 'pg'

/** A priority below the ordinary one, as `nice` has it. */
const BEHIND = 10

/**
 * Puts a server and its database behind whoever offers it load. Callers do not compute on the server's
 * machine; where they must, a server that takes every core would delay them and so decide itself how much
 * is asked of it. Linux only: each thread has a priority of its own there (setpriority(2)).
 */
export async function putGeneratorFirst(serverPid: number, databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity')
  await client.end()
  for (const pid of [serverPid, ...rows.map((row) => row.pid)]) lower(pid)
}

function lower(pid: number): void {
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), BEHIND)
  } catch (error) {
    // A backend may end at any moment, such as that of whoever asked for the list.
    if (!isGone(error)) throw error
  }
}

const isGone = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')
