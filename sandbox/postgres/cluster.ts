import { lstat, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { failedWith, readIfPresent } from './files.ts'
import { initialise } from './initialise.ts'
import { type Account, run } from './run.ts'

/** A complete database cluster: `folder` holds the data folder, the password and the log. */
export interface Cluster {
  folder: string
  data: string
  password: string
}

const CHOWN_LIMIT_MS = 60_000

/**
 * Returns the cluster below `place`, made by initdb where there is none or only half of one. Throws
 * where it belongs to another user, or its password file was removed.
 */
export async function prepareCluster(options: {
  place: string
  initdb: string
  account: Account | null
  durable: boolean
  say: (line: string) => void
}): Promise<Cluster> {
  const folder = join(options.place, 'cluster')
  const data = join(folder, 'data')
  if (!(await isComplete(folder))) {
    await rm(folder, { recursive: true, force: true })
    await initialise({ ...options, folder })
  }
  await handOver(folder, options.account)
  const password = (await readIfPresent(join(folder, 'password')))?.trim()
  if (!password) {
    throw new Error(
      `The password file ${join(folder, 'password')} is missing. Put it back, or delete ${folder} ` +
        'to start with an empty database.',
    )
  }
  return { folder, data, password }
}

/** A cluster gets its name only when it is whole; what lacks these files is a remnant or a bad copy. */
async function isComplete(folder: string): Promise<boolean> {
  try {
    await lstat(join(folder, 'data', 'PG_VERSION'))
    await lstat(join(folder, 'data', 'global', 'pg_control'))
    return true
  } catch (error) {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) return false
    throw new Error(
      `${folder} cannot be read: it belongs to another user. Start as that user, or delete it to ` +
        'start with an empty database.',
      { cause: error },
    )
  }
}

/** PostgreSQL wants to own its data; a folder copied by root, for one, is root's. */
async function handOver(folder: string, account: Account | null): Promise<void> {
  if (!account || (await lstat(folder)).uid === account.uid) return
  const args = ['-R', `${account.uid}:${account.gid}`, folder]
  const outcome = await run('chown', args, { account: null, limitMs: CHOWN_LIMIT_MS })
  if (!outcome.ok) {
    throw new Error(`${folder} cannot be given to user ${account.name}: ${outcome.output}`)
  }
}
