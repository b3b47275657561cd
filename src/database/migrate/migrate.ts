import { Client } from 'pg'
import { connectionTo } from '../connection.ts'
import { explained } from '../connection-problem.ts'
import { readFunctions, readNumbered, readViews, type SqlFile } from './files.ts'
import { replaceFunctions } from './functions.ts'
import { isOldNumbering, MADE_BEFORE, refuseOldNumbering } from './old-numbering.ts'
import { checkRights } from './rights.ts'
import { inTransaction, type Patience, runFile } from './transaction.ts'
import { dropViews, makeViews } from './views.ts'

export interface MigrationResult {
  applied: string[]
  functions: number
  /** As they are called, schema first. */
  views: string[]
}

const usual: Patience = {
  lockTimeoutMs: 1_200,
  pauseMs: 3_000,
  giveUpMs: 300_000,
  say: () => {},
  now: () => performance.now(),
}

/**
 * Applies migrations/NNNN_*.sql once each, every one in a transaction of its own, then makes all of
 * migrations/functions and migrations/views anew in one; safe to run at any time, under load, by several processes at
 * once. What it needs and somebody else holds it waits for without holding up others.
 * @throws Error when an applied file was edited since, the database is newer than these files or was
 *   made before the first release, the user lacks rights (it says which), or somebody else held for
 *   minutes what it needs
 */
export async function migrate(
  databaseUrl: string,
  folder: URL,
  patience: Partial<Patience> = {},
): Promise<MigrationResult> {
  const [numbered, functions, views] = await Promise.all([
    readNumbered(folder),
    readFunctions(folder),
    readViews(folder),
  ])
  const client = new Client({ ...connectionTo(databaseUrl), application_name: 'orgline migrate' })
  // A connection lost between two queries raises here; the next query fails and tells.
  client.on('error', () => {})
  await client.connect().catch((thrown: unknown) => {
    throw explained(thrown)
  })
  const transaction = <T>(what: string, work: () => Promise<T>) =>
    inTransaction({ client, url: databaseUrl }, what, { ...usual, ...patience }, work)
  try {
    const pending = await transaction('Reading what is applied', async () => {
      await refuseOldNumbering(client)
      await checkRights(client)
      await client.query(`
        create schema if not exists private;
        create schema if not exists orgline;
        create table if not exists orgline.schema_migrations (
          name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
      const files = await pendingOf(client, numbered)
      // The tables below them may change.
      if (files.length > 0) await dropViews(client)
      return files
    })
    const applied: string[] = []
    for (const file of pending) {
      const isMine = await transaction(`Migration ${file.name}`, () =>
        apply(client, numbered, file),
      )
      if (isMine) applied.push(file.name)
    }
    return await transaction('Making the functions and views anew', async () => {
      // A newer release may have come in between; its functions stay.
      await pendingOf(client, numbered)
      const result = {
        applied,
        functions: await replaceFunctions(client, functions),
        views: await makeViews(client, views),
      }
      await client.query("notify pgrst, 'reload schema'")
      return result
    })
  } finally {
    await client.end()
  }
}

/** @returns whether it was applied here; false where another process has done it since */
async function apply(client: Client, numbered: SqlFile[], file: SqlFile): Promise<boolean> {
  if (!(await pendingOf(client, numbered)).includes(file)) return false
  await runFile(client, file)
  await client.query('insert into orgline.schema_migrations (name, checksum) values ($1, $2)', [
    file.name,
    file.checksum,
  ])
  return true
}

/** Those that the database does not have. @throws Error where it has others, or another text of one */
async function pendingOf(client: Client, files: SqlFile[]): Promise<SqlFile[]> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from orgline.schema_migrations order by name',
  )
  const done = new Map(rows.map((row) => [row.name, row.checksum]))
  const unknown = [...done.keys()].filter((name) => !files.some((file) => file.name === name))
  if (isOldNumbering(unknown)) throw new Error(MADE_BEFORE)
  if (unknown.length > 0) {
    throw new Error(
      `The database is newer than this program: it has ${unknown.join(', ')}. Run the newer release.`,
    )
  }
  const edited = files.find(({ name, checksum }) => done.has(name) && done.get(name) !== checksum)
  if (edited) {
    throw new Error(
      `Migration ${edited.name} was edited after it had been applied. Restore it, and put the change into a new file.`,
    )
  }
  return files.filter(({ name }) => !done.has(name))
}
