import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'

export const MIGRATIONS = new URL('../../migrations/', import.meta.url)

/** A copy of the migrations that a test may change; it goes with the test. */
export async function copyOfMigrations() {
  const path = await mkdtemp(join(tmpdir(), 'orgline-migrations-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  await cp(MIGRATIONS, path, { recursive: true })
  return {
    folder: pathToFileURL(`${path}/`),
    read: (name: string) => readFile(join(path, name), 'utf8'),
    write: (name: string, text: string) => writeFile(join(path, name), text),
    remove: (name: string) => rm(join(path, name)),
  }
}
