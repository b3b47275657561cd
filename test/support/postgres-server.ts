import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { createDatabaseIfMissing } from '../../sandbox/create-database.ts'
import { startEmbeddedPostgres } from '../../sandbox/postgres/embedded-postgres.ts'
import { migrate } from '../../src/database/migrate/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the suite's PostgreSQL, database `postgres`. */
    postgresUrl: string
  }
}

/** One real PostgreSQL for the whole suite, with a migrated template that test files clone. */
export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'orgline-test-'))
  // Where the suite runs as root, the server runs as another user, who must get in.
  chmodSync(folder, 0o755)
  const postgres = await startEmbeddedPostgres({ folder, durable: false, maxConnections: 600 })
  await createDatabaseIfMissing(postgres.url('postgres'), 'template_orgline')
  await migrate(postgres.url('template_orgline'), new URL('../../migrations/', import.meta.url))
  project.provide('postgresUrl', postgres.url('postgres'))
  return async () => {
    await postgres.stop()
    rmSync(postgres.folder, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  }
}
