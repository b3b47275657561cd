import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether a file-system call failed with one of these codes. */
export function failedWith(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** The text of a file, or null where there is none. Other failures (permissions) are thrown. */
export async function readIfPresent(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (failedWith(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  })
}

/** A path in the system's temporary folder that is always the same for the same subject. */
export async function temporaryPath(kind: string, subject: string): Promise<string> {
  const digest = createHash('sha256').update(subject).digest('hex').slice(0, 16)
  return join(await realpath(tmpdir()), `orgline-${kind}-${digest}`)
}

/**
 * Makes sure a folder exists that only we can write and everybody can enter. Throws where somebody
 * else made it first: the names are predictable and the temporary folder is open to all.
 */
export async function ensureOwnFolder(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (!failedWith(error, 'EEXIST')) throw error
  })
  const found = await lstat(path)
  if (!found.isDirectory() || found.uid !== (process.geteuid?.() ?? 0)) {
    throw new Error(`${path} belongs to another user; remove it, or set TMPDIR to another folder.`)
  }
  await chmod(path, 0o755)
}
