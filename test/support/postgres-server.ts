import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { createDatabaseIfMissing } from '../../sandbox/create-database.ts'
import { chooseAccount } from '../../sandbox/postgres/account.ts'
import { prepareBinaries } from '../../sandbox/postgres/binaries.ts'
import { prepareCluster } from '../../sandbox/postgres/cluster.ts'
import { startEmbeddedPostgres } from '../../sandbox/postgres/embedded-postgres.ts'
import { placeData } from '../../sandbox/postgres/placement.ts'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { copyClusterFrom } from './copy-cluster.ts'
import { quickFolder } from './quick-folder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the suite's PostgreSQL, database `postgres`. */
    postgresUrl: string
    /** A folder with a cluster that no server has run over, to be copied. */
    emptyCluster: string
  }
}

/** One real PostgreSQL for the whole suite, with a migrated template that test files clone. */
export default async function setup(project: TestProject) {
  const folder = quickFolder()
  const [empty, own] = [join(folder, 'empty'), join(folder, 'own')]
  mkdirSync(own)
  const made = await makeCluster(empty)
  copyClusterFrom(made, own)
  const postgres = await startEmbeddedPostgres({ folder: own, durable: false, maxConnections: 600 })
  await createDatabaseIfMissing(postgres.url('postgres'), 'template_orgline')
  await migrate(postgres.url('template_orgline'), new URL('../../migrations/', import.meta.url))
  project.provide('postgresUrl', postgres.url('postgres'))
  project.provide('emptyCluster', made)
  return async () => {
    await postgres.stop()
    for (const each of [postgres.folder, made, folder]) {
      rmSync(each, { recursive: true, force: true })
    }
  }
}

/** initdb takes seconds, a copy of what it makes a moment: so it runs once. Answers where it has put it. */
async function makeCluster(folder: string): Promise<string> {
  const say = () => {}
  const account = await chooseAccount(folder)
  const { initdb } = await prepareBinaries({ account, say })
  const place = await placeData({ folder, account, say })
  await prepareCluster({ place, initdb, account, durable: false, say })
  return place
}
