import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readIfPresent } from './files.ts'
import { run } from './run.ts'

/** A PostgreSQL server that runs over one of our data folders. */
export interface Postmaster {
  pid: number
  port: number
}

const PS_LIMIT_MS = 10_000
const WRITING_MS = 100

/**
 * The name a server is started with, by which its process is known again. Made from the folder's
 * inode: it follows a folder that is moved, and differs in a copy.
 */
export async function clusterName(data: string): Promise<string> {
  return `orgline-${(await stat(data, { bigint: true })).ino}`
}

/**
 * The server that runs over `data`, or null. A postmaster.pid that would keep PostgreSQL from
 * starting although no such server runs (its pid is another program's by now, or the file is
 * damaged) is removed; one whose process is gone is left, PostgreSQL replaces it.
 */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const path = join(data, 'postmaster.pid')
  const found = await readIfPresent(path)
  if (found === null) return null
  const [pid, , , port] = found.split('\n').map(Number)
  if (pid && port) {
    if (!isAlive(pid)) return null
    if ((await commandLine(pid)).includes(`cluster_name=${await clusterName(data)}`))
      return { pid, port }
  } else {
    // A starting server writes the file an instant after it makes it.
    await sleep(WRITING_MS)
  }
  if ((await readIfPresent(path)) === found) await rm(path, { force: true })
  return null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    // Not ours to signal (EPERM) means not our server either, and PostgreSQL sees it the same way.
    return false
  }
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  }
  const limits = { account: null, limitMs: PS_LIMIT_MS }
  return (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)], limits)).output
}
