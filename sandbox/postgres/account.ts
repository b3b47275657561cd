import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Account, run } from './run.ts'

const LOOKUP_LIMIT_MS = 10_000

/**
 * Chooses the user to run PostgreSQL as: our own (null), but as root, whom PostgreSQL refuses, the
 * owner of the data already in `folder` (so an ordinary user's sandbox stays theirs after one run as
 * root), else `postgres`, else `nobody`. Throws where root has neither, or may not become them.
 */
export async function chooseAccount(folder: string): Promise<Account | null> {
  if (process.geteuid?.() !== 0) return null
  const owner = await lstat(join(folder, 'cluster')).catch(() => null)
  if (owner && owner.uid !== 0) return { name: `#${owner.uid}`, uid: owner.uid, gid: owner.gid }
  const account = (await lookUp('postgres')) ?? (await lookUp('nobody'))
  if (account && (await canEnter(account, '/'))) return account
  if (account) {
    throw new Error(
      `PostgreSQL refuses to run as root, and here root may not become the user ${account.name}. ` +
        'Allow it (capabilities SETUID and SETGID of the container), or start as an ordinary user.',
    )
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as. ' +
      'Create one (useradd --system postgres), or start as an ordinary user.',
  )
}

/** Whether the account may enter a folder; asked of the system, which knows all its rules. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  const args = ['-c', 'test -x "$1"', 'sh', folder]
  return (await run('/bin/sh', args, { account, limitMs: LOOKUP_LIMIT_MS })).ok
}

async function lookUp(name: string): Promise<Account | null> {
  const args = ['-c', 'id -u "$1" && id -g "$1"', 'sh', name]
  const { ok, output } = await run('/bin/sh', args, { account: null, limitMs: LOOKUP_LIMIT_MS })
  const [uid, gid] = output.split('\n').map(Number)
  if (!ok || uid === undefined || gid === undefined) return null
  return { name, uid, gid }
}
