import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failedWith } from './files.ts'
import { type Account, run } from './run.ts'

const INITDB_LIMIT_MS = 60_000
const DRAFT = 'initialising-'

/**
 * Makes a new cluster in `folder`, below `place`: initdb works in a sibling that gets the final name
 * when everything is there, so an interruption never leaves half a cluster under that name. When two
 * starts do this at once, the first one's cluster stays.
 */
export async function initialise(options: {
  place: string
  folder: string
  initdb: string
  account: Account | null
  durable: boolean
  say: (line: string) => void
}): Promise<void> {
  const { place, folder, account } = options
  await removeAbandoned(place)
  options.say(`Making an empty database in ${folder}.`)
  const draft = await mkdtemp(join(place, DRAFT))
  try {
    const password = join(draft, 'password')
    await writeFile(password, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 })
    if (account) {
      await chown(draft, account.uid, account.gid)
      await chown(password, account.uid, account.gid)
    }
    const args = initdbArguments({ data: join(draft, 'data'), password, durable: options.durable })
    const outcome = await run(options.initdb, args, { account, limitMs: INITDB_LIMIT_MS })
    if (!outcome.ok)
      throw new Error(`initdb could not make a database in ${place}: ${outcome.output}`)
    await rename(draft, folder)
  } catch (error) {
    if (!failedWith(error, 'ENOTEMPTY', 'EEXIST')) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** The built-in C.UTF-8 sorts and folds alike on every platform and is what hosted Supabase uses. */
function initdbArguments(options: { data: string; password: string; durable: boolean }): string[] {
  return [
    `--pgdata=${options.data}`,
    '--username=postgres',
    `--pwfile=${options.password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(options.durable ? [] : ['--no-sync']),
  ]
}

/** Removes what interrupted runs left; a younger draft may be another start's, still at work. */
async function removeAbandoned(place: string): Promise<void> {
  const drafts = (await readdir(place)).filter((name) => name.startsWith(DRAFT))
  for (const path of drafts.map((name) => join(place, name))) {
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > INITDB_LIMIT_MS) await rm(path, { recursive: true, force: true })
  }
}
