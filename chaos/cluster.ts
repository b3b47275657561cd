import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { createDatabaseIfMissing } from '../sandbox/create-database.ts'
import { startThrowawayPostgres } from '../sandbox/postgres/throwaway-postgres.ts'
import { migrate } from '../src/database/migrate/migrate.ts'
import { timeTravel } from './time-travel.ts'

const RECOVERY_MS = 20_000

export type Cluster = Awaited<ReturnType<typeof startCluster>>

/** A PostgreSQL of its own, that may be crashed, with a migrated template to clone. */
export async function startCluster() {
  // Durable: what was committed must outlive a crash, or it would be the database that loses numbers.
  const postgres = await startThrowawayPostgres('orgline-chaos-', {
    durable: true,
    maxConnections: 200,
  })
  await createDatabaseIfMissing(postgres.url('postgres'), 'template_orgline')
  await migrate(postgres.url('template_orgline'), new URL('../migrations/', import.meta.url))

  /** Waits where PostgreSQL is recovering from a crash. */
  const connect = async (database: string): Promise<Client> => {
    const end = Date.now() + RECOVERY_MS
    for (;;) {
      const client = new Client({ connectionString: postgres.url(database) })
      // A crash ends connections under our feet.
      client.on('error', () => {})
      try {
        await client.connect()
        return client
      } catch (error) {
        if (Date.now() > end) throw error
        await sleep(50)
      }
    }
  }
  const query = async <Row extends object>(database: string, text: string): Promise<Row[]> => {
    const client = await connect(database)
    try {
      return (await client.query<Row>(text)).rows
    } finally {
      await client.end().catch(() => {})
    }
  }

  return {
    url: postgres.url,
    query,
    ...timeTravel(query),
    /** A fresh database, after `mutation`, SQL that breaks something on purpose. */
    async createDatabase(name: string, mutation: string | undefined) {
      await query('postgres', `create database ${name} template template_orgline`)
      // Clones share the template's identity, which is what tells two deployments apart.
      await query(
        name,
        "update orgline.deployment set id = substr(replace(gen_random_uuid()::text, '-', ''), 1, 8)",
      )
      if (mutation) await query(name, mutation)
    },
    dropDatabase: (name: string) =>
      query('postgres', `drop database if exists ${name} with (force)`),
    /** Kills a backend; PostgreSQL then ends all others and recovers as after a crash. */
    async crash() {
      const client = await connect('postgres')
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
      process.kill(Number(rows[0]?.pid), 'SIGKILL')
      await client.end().catch(() => {})
    },
    stop: postgres.stop,
  }
}
