import { access, constants, lstat, mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { canEnter } from './account.ts'
import { ensureOwnFolder, readIfPresent, temporaryPath } from './files.ts'
import type { Account } from './run.ts'

/**
 * Makes `folder` and returns where the data really go: there, or, where the server's account cannot
 * enter it (as root, below a 0700 folder), in a stand-in in the temporary folder. A note in `folder`
 * names the stand-in: restarts find it by the note, and whoever deletes `folder` deletes the data.
 */
export async function placeData(options: {
  folder: string
  account: Account | null
  say: (line: string) => void
}): Promise<string> {
  const { account, say } = options
  const folder = await makeFolder(options.folder)
  if (!account) return folder
  const note = join(folder, 'moved-to')
  const noted = await readNote(note)
  if (!noted && (await canEnter(account, folder))) return folder

  const standIn = noted || (await temporaryPath('postgres', folder))
  if (!noted) await rm(standIn, { recursive: true, force: true })
  else if (!(await lstat(standIn).catch(() => null)))
    say(`${standIn} is gone, and its data with it.`)
  await ensureOwnFolder(standIn)
  if (!(await canEnter(account, standIn))) {
    throw new Error(
      `The user ${account.name}, as whom PostgreSQL runs, can enter neither ${folder} nor ` +
        `${standIn}. Allow it (chmod o+x on the folders above), or set TMPDIR to an open folder.`,
    )
  }
  await writeFile(note, `${standIn}\n`)
  say(
    `The user ${account.name}, as whom PostgreSQL runs, cannot enter ${folder}: data in ${standIn}.`,
  )
  return standIn
}

async function makeFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
    return await realpath(folder)
  } catch (cause) {
    throw new Error(`The database's folder ${folder} cannot be made or written; choose another.`, {
      cause,
    })
  }
}

/** A note that does not name one of our own folders is ignored: its folder gets new permissions. */
async function readNote(note: string): Promise<string | null> {
  const path = (await readIfPresent(note))?.trim() ?? ''
  return basename(path).startsWith('orgline-postgres-') ? path : null
}
