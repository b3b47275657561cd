import type { Client } from 'pg'
import type { SqlFile } from './files.ts'

/** Comment that marks the views this runner made, and may therefore drop. */
const MARK = 'orgline'

/** Codes of what must not keep a database from being migrated: names and shapes that are in the way. */
const IN_THE_WAY = ['42P07', '42710', '42P16', '2BP01', '42809', '42501']

/**
 * Drops the views, so that the tables below them may change. One that somebody's own view or function
 * is built on stays.
 */
export async function dropViews(client: Client): Promise<void> {
  await client.query(`
    do $$
    declare v regclass;
    begin
      for v in
        select c.oid::regclass from pg_class c where c.relkind = 'v' and obj_description(c.oid, 'pg_class') = '${MARK}'
      loop
        begin
          execute format('drop view %s', v);
        exception when dependent_objects_still_exist then
          null;
        end;
      end loop;
    end
    $$`)
}

/**
 * Recreates the views with the earlier names: each in schema public, or in schema legacy where public has
 * something else of that name, or nowhere where legacy has, too. Theirs is never touched.
 * `files`: migrations/views/<name>.sql, which do not say the schema.
 * @returns the views as they are called now
 */
export async function makeViews(client: Client, files: SqlFile[]): Promise<string[]> {
  await dropViews(client)
  const made: string[] = []
  for (const { name: file, sql } of files) {
    const name = file.replace(/\.sql$/, '')
    for (const schema of ['public', 'legacy']) {
      const there = await whoseIs(client, schema, name)
      if (there === 'theirs') continue
      const isMade = await tryToMake(client, schema, name, sql)
      // One that stayed, and cannot be replaced by what it is now, goes on as it was.
      if (!isMade && there !== 'ours') continue
      made.push(`${schema}.${name}`)
      break
    }
  }
  return made
}

/** A table, and a type, of the name is in the way of a view. */
async function whoseIs(client: Client, schema: string, name: string) {
  const { rows } = await client.query<{ is_ours: boolean }>(
    `select coalesce(obj_description(c.oid, 'pg_class') = $3, false) as is_ours
     from pg_class c where c.relnamespace = to_regnamespace($1) and c.relname = $2
     union all
     select false from pg_type t
     where t.typnamespace = to_regnamespace($1) and t.typname = $2 and t.typrelid = 0`,
    [schema, name, MARK],
  )
  const [found] = rows
  return found ? (found.is_ours ? 'ours' : 'theirs') : 'nobody’s'
}

async function tryToMake(
  client: Client,
  schema: string,
  name: string,
  sql: string,
): Promise<boolean> {
  await client.query('savepoint view')
  try {
    if (schema === 'legacy') await makeLegacy(client)
    await client.query(`set local search_path = ${schema}`)
    await client.query(sql)
    await client.query(`comment on view ${name} is '${MARK}'`)
    await client.query('set local search_path to default')
    await client.query('release savepoint view')
    return true
  } catch (error) {
    if (!IN_THE_WAY.includes((error as { code?: string }).code ?? '')) {
      throw new Error(`${name}.sql: ${(error as Error).message}`, { cause: error })
    }
    await client.query('rollback to savepoint view')
    return false
  }
}

/** Members may look into a schema that we made; whoever else has one of that name decides himself. */
async function makeLegacy(client: Client): Promise<void> {
  const { rows } = await client.query("select to_regnamespace('legacy') as there")
  if (rows[0]?.there !== null) return
  await client.query('create schema legacy; grant usage on schema legacy to authenticated')
}
