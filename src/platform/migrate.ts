import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { Client } from 'pg'

/** Any two migrations of one database wait for each other under this advisory lock. */
const LOCK_KEY = 7_091_984

/** Comment that marks the functions this runner made, and may therefore drop. */
const MARK = 'orgline'

export interface MigrationResult {
  applied: string[]
  functions: number
}

/**
 * Applies migrations/NNNN_*.sql once each, then makes all of migrations/functions anew, in one
 * transaction; safe to run at any time, by several processes at once.
 * @throws Error when an applied file was edited since, or the database is newer than these files
 */
export async function migrate(databaseUrl: string, folder: URL): Promise<MigrationResult> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'orgline migrate' })
  // A connection lost between two queries raises here; the next query fails and tells.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [LOCK_KEY])
    const applied = await applyNumbered(client, folder)
    const functions = await replaceFunctions(client, new URL('functions/', folder))
    await client.query("notify pgrst, 'reload schema'")
    await client.query('commit')
    return { applied, functions }
  } finally {
    await client.end()
  }
}

async function applyNumbered(client: Client, folder: URL): Promise<string[]> {
  await client.query(`
    create schema if not exists private;
    create table if not exists private.schema_migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from private.schema_migrations',
  )
  const done = new Map(rows.map((row) => [row.name, row.checksum]))
  const files = await readSql(folder, /^\d{4}_\w+\.sql$/)

  const unknown = [...done.keys()].filter((name) => !files.some((file) => file.name === name))
  if (unknown.length > 0) {
    throw new Error(
      `The database is newer than this program: it has ${unknown.join(', ')}. Run the newer release.`,
    )
  }
  const applied: string[] = []
  for (const file of files) {
    const checksum = createHash('sha256').update(file.sql).digest('hex')
    if (done.has(file.name)) {
      if (done.get(file.name) !== checksum) {
        throw new Error(
          `Migration ${file.name} was edited after it had been applied. Restore it, and put the change into a new file.`,
        )
      }
      continue
    }
    await run(client, file)
    await client.query('insert into private.schema_migrations (name, checksum) values ($1, $2)', [
      file.name,
      checksum,
    ])
    applied.push(file.name)
  }
  return applied
}

/** Dropping first: a changed argument list would otherwise leave an overload behind. */
async function replaceFunctions(client: Client, folder: URL): Promise<number> {
  await client.query(`
    do $$
    declare f regprocedure;
    begin
      for f in select p.oid::regprocedure from pg_proc p where obj_description(p.oid, 'pg_proc') = '${MARK}' loop
        execute format('drop function %s', f);
      end loop;
    end
    $$`)
  const { rows: before } = await client.query<{ oid: string }>(
    'select oid::text as oid from pg_proc',
  )
  await client.query('set local check_function_bodies = off')
  for (const file of await readSql(folder, /^[\w-]+\.sql$/)) await run(client, file)

  const { rows } = await client.query<{ signature: string; schema: string }>(
    `select p.oid::regprocedure::text as signature, p.pronamespace::regnamespace::text as schema
     from pg_proc p where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.oid <> all ($1::oid[])`,
    [before.map((row) => row.oid)],
  )
  for (const { signature, schema } of rows) {
    await client.query(`comment on function ${signature} is '${MARK}'`)
    await client.query(`revoke execute on function ${signature} from public, anon, authenticated`)
    if (schema === 'public')
      await client.query(`grant execute on function ${signature} to service_role`)
  }
  return rows.length
}

async function readSql(folder: URL, pattern: RegExp): Promise<{ name: string; sql: string }[]> {
  const names = (await readdir(folder)).filter((name) => pattern.test(name)).sort()
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(new URL(name, folder), 'utf8') })),
  )
}

async function run(client: Client, file: { name: string; sql: string }): Promise<void> {
  try {
    await client.query(file.sql)
  } catch (error) {
    throw new Error(`${file.name}: ${(error as Error).message}`, { cause: error })
  }
}
