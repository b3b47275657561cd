import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'

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

/** Makes the tables alone, as they were before a migration: the functions are those of today. */
export async function migrateBefore(url: string, migration: string): Promise<void> {
  const { folder, remove } = await copyOfMigrations()
  const files = (await readdir(folder)).filter((name) => /^\d{4}_/.test(name))
  for (const file of files) if (file >= migration) await remove(file)
  for (const made of ['functions/', 'views/']) {
    await rm(new URL(made, folder), { recursive: true })
    await mkdir(new URL(made, folder))
  }
  await migrate(url, folder)
}
