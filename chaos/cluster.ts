import { randomBytes } from 'node:crypto'
import { createDatabaseIfMissing } from '../sandbox/create-database.ts'
import { startThrowawayPostgres } from '../sandbox/postgres/throwaway-postgres.ts'
import { migrate } from '../src/database/migrate/migrate.ts'
import { openConnections } from './connections.ts'
import { timeTravel } from './time-travel.ts'

const TEMPLATE = 'template_orgline'

export type Cluster = ReturnType<typeof useCluster>

/** A PostgreSQL of its own, that may be crashed, with a migrated template to clone. */
export async function startCluster(): Promise<Cluster> {
  // Durable: what was committed must outlive a crash, or it would be the database that loses numbers.
  const postgres = await startThrowawayPostgres('orgline-chaos-', {
    durable: true,
    maxConnections: 200,
  })
  await createDatabaseIfMissing(postgres.url('postgres'), TEMPLATE)
  await migrate(postgres.url(TEMPLATE), new URL('../migrations/', import.meta.url))
  return useCluster(postgres.url, { isShared: false, stop: postgres.stop })
}

/** A PostgreSQL that is there already, with a migrated template; others may use it, too. */
export function useCluster(
  url: (database: string) => string,
  { isShared = true, stop = async () => {} } = {},
) {
  const { query, leave } = openConnections(url)
  return {
    url,
    query,
    ...timeTravel(query, leave),
    /** The name of a fresh database, after `mutation`, SQL that breaks something on purpose. */
    async createDatabase(mutation: string | undefined): Promise<string> {
      const name = `chaos_${randomBytes(6).toString('hex')}`
      await query('postgres', `create database ${name} template ${TEMPLATE} strategy file_copy`)
      // Clones share the template's identity, which is what tells two deployments apart.
      await query(
        name,
        "update orgline.deployment set id = substr(replace(gen_random_uuid()::text, '-', ''), 1, 8)",
      )
      if (mutation) await query(name, mutation)
      return name
    },
    async dropDatabase(name: string): Promise<void> {
      await leave(name)
      await query('postgres', `drop database if exists ${name} with (force)`)
    },
    /** Kills a backend; PostgreSQL then ends all others and recovers as after a crash. */
    async crash(): Promise<void> {
      if (isShared) throw new Error('others use this PostgreSQL: it is not to be crashed')
      const [row] = await query<{ pid: number }>('postgres', 'select pg_backend_pid() as pid')
      process.kill(Number(row?.pid), 'SIGKILL')
      await leave()
    },
    async stop(): Promise<void> {
      await leave()
      await stop()
    },
  }
}
