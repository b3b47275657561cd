import { Client } from 'pg'
import { createDatabaseIfMissing } from '../../sandbox/create-database.ts'
import type { EmbeddedPostgres } from '../../sandbox/postgres/embedded-postgres.ts'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { type Fill, fill } from './fill.ts'
import { questions } from './questions.ts'
import { type Timed, time } from './time.ts'

/** What everything took at one size. */
export interface Growth {
  sizes: Fill
  /** How long the filling took, and what it came to. */
  filledMs: number
  bytes: number
  timed: Timed[]
}

/** Fills a database of its own, and leaves it behind: the server goes as a whole. */
export async function measureGrowth(postgres: EmbeddedPostgres, sizes: Fill): Promise<Growth> {
  const name = `growth_${sizes.organizations}`
  await createDatabaseIfMissing(postgres.url('postgres'), name)
  await migrate(postgres.url(name), new URL('../../migrations/', import.meta.url))
  const client = new Client({ connectionString: postgres.url(name) })
  await client.connect()
  try {
    const begun = performance.now()
    await fill(client, sizes)
    const filledMs = performance.now() - begun
    const { rows } = await client.query<{ bytes: string }>(
      'select pg_database_size(current_database()) as bytes',
    )
    await client.query('set search_path = public')
    const timed = await time(client, questions)
    return { sizes, filledMs, bytes: Number(rows[0]?.bytes), timed }
  } finally {
    await client.end()
  }
}
