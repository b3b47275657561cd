import type { Client } from 'pg'
import type { SqlFile } from './files.ts'
import { runFile } from './transaction.ts'

/** Comment that marks the functions this runner made, and may therefore drop. */
const MARK = 'orgline'

/**
 * Makes all functions anew, and answers how many. Dropping first: a changed argument list would
 * otherwise leave an overload behind.
 */
export async function replaceFunctions(client: Client, files: SqlFile[]): Promise<number> {
  await client.query(`
    do $$
    declare f regprocedure;
    begin
      for f in select p.oid::regprocedure from pg_proc p where obj_description(p.oid, 'pg_proc') = '${MARK}' loop
        execute format('drop function %s', f);
      end loop;
    end
    $$`)
  const { rows: before } = await client.query<{ oid: string }>(`
    select oid::text as oid from pg_proc
    where pronamespace in ('public'::regnamespace, 'private'::regnamespace)`)
  await client.query('set local check_function_bodies = off')
  for (const file of files) await runFile(client, file)

  const { rows } = await client.query<{ signature: string; schema: string }>(
    `select p.oid::regprocedure::text as signature, p.pronamespace::regnamespace::text as schema
     from pg_proc p where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.oid <> all ($1::oid[])`,
    [before.map((row) => row.oid)],
  )
  await closeToAllButTheServer(client, rows)
  return rows.length
}

/** One statement of each kind for all: a database may be far away. COMMENT takes one function only. */
async function closeToAllButTheServer(
  client: Client,
  functions: { signature: string; schema: string }[],
): Promise<void> {
  const all = functions.map(({ signature }) => signature)
  const called = functions.filter(({ schema }) => schema === 'public')
  if (all.length === 0) return
  const comments = all.map((signature) => `comment on function ${signature} is '${MARK}'`)
  await client.query(comments.join(';\n'))
  await client.query(
    `revoke execute on function ${all.join(', ')} from public, anon, authenticated`,
  )
  if (called.length === 0) return
  const callable = called.map(({ signature }) => signature).join(', ')
  await client.query(`grant execute on function ${callable} to service_role`)
}
