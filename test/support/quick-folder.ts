import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Linux keeps what is in this folder in memory. */
const IN_MEMORY = '/dev/shm'

/** Several times what all databases of a run ever have together. */
const ENOUGH_BYTES = 4_000_000_000

/**
 * A new folder for data that nobody keeps, which PostgreSQL's user may enter where this runs as root. It is in
 * memory where there is room: a clone of a database is some thousand small files, and costs a fifth there.
 * What runs that were killed have left there is removed, and a server that still ran over it ends by that.
 */
export function quickFolder(): string {
  const base = hasRoom() ? IN_MEMORY : tmpdir()
  if (base === IN_MEMORY) removeLeftovers()
  const folder = mkdtempSync(join(base, `orgline-test-${process.pid}-`))
  chmodSync(folder, 0o755)
  return folder
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY)
    return bavail * bsize > ENOUGH_BYTES && freemem() > ENOUGH_BYTES
  } catch {
    return false
  }
}

function removeLeftovers(): void {
  for (const name of readdirSync(IN_MEMORY)) {
    const pid = Number(/^orgline-test-(\d+)-/.exec(name)?.[1])
    if (pid && !isAlive(pid)) rmSync(join(IN_MEMORY, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
