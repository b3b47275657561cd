import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../sandbox/postgres/embedded-postgres.ts'
import { copyClusterFrom } from './copy-cluster.ts'

/** A new folder for data, which PostgreSQL's user may enter where this runs as root. */
export function openFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  chmodSync(folder, 0o755)
  return folder
}

/**
 * Has a PostgreSQL find a cluster in `folder`, as after an earlier start. A copy takes a moment, initdb
 * seconds.
 */
export function copyCluster(folder: string): void {
  copyClusterFrom(inject('emptyCluster'), folder)
}

/** A PostgreSQL for what concerns all its databases; `stop` removes its data too. */
export async function startOwnPostgres(): Promise<EmbeddedPostgres> {
  const folder = openFolder('orgline-own-')
  copyCluster(folder)
  const postgres = await startEmbeddedPostgres({ folder, durable: false })
  return {
    ...postgres,
    async stop() {
      await postgres.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
