import { cp, lstat, mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { ensureOwnFolder, failedWith, temporaryPath } from './files.ts'
import { run } from './run.ts'

const CHMOD_LIMIT_MS = 30_000

/**
 * Copies PostgreSQL's programs (about 60 MB) to the temporary folder, once per package location, and
 * returns the copy's path. An existing copy is only completed: cleaners of temporary folders remove
 * single files that were not read for some days. Links are left out.
 */
export async function copyBinaries(native: string): Promise<string> {
  const { mtimeMs } = await lstat(native)
  const target = await temporaryPath(
    'postgres-programs',
    `${native} ${mtimeMs} ${process.geteuid?.()}`,
  )
  if (await lstat(target).catch(() => null)) {
    await ensureOwnFolder(target)
    await fill(native, target)
    return target
  }
  const draft = await mkdtemp(`${target}-`)
  try {
    await fill(native, draft)
    await rename(draft, target)
  } catch (error) {
    // Another start was faster: its copy is as good as ours.
    if (!failedWith(error, 'ENOTEMPTY', 'EEXIST')) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  await ensureOwnFolder(target)
  return target
}

async function fill(native: string, target: string): Promise<void> {
  await cp(native, target, {
    recursive: true,
    force: false,
    filter: async (path) => isNeeded(path) && !(await lstat(path)).isSymbolicLink(),
  })
  // The package may have been unpacked under a umask that shuts the server's account out.
  await run('chmod', ['-R', 'a+rX', target], { account: null, limitMs: CHMOD_LIMIT_MS })
}

/** Leaves out what only compilers need. */
function isNeeded(path: string): boolean {
  const name = basename(path)
  if (name.endsWith('.a') || name === 'pkgconfig') return false
  return !(name === 'pgxs' && basename(dirname(path)) === 'postgresql')
}
