import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'

/**
 * Starts a PostgreSQL in a temporary folder of its own, whose name begins with `prefix`; `stop` removes
 * its data too.
 * @throws as startEmbeddedPostgres
 */
export async function startThrowawayPostgres(
  prefix: string,
  options: { durable: boolean; maxConnections?: number },
): Promise<EmbeddedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), prefix))
  // Where this runs as root, PostgreSQL runs as another user, who must get in.
  await chmod(folder, 0o755)
  const postgres = await startEmbeddedPostgres({ folder, ...options })
  return {
    ...postgres,
    async stop() {
      await postgres.stop()
      // The data may stand elsewhere than asked for.
      await rm(postgres.folder, { recursive: true, force: true })
      await rm(folder, { recursive: true, force: true })
    },
  }
}
