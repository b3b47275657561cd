import type { Client } from 'pg'

/**
 * Has the planner take what is filled for `times` as much: as many rows as there would be, of as many
 * organizations and customers. What is measured afterwards is measured anew by the next ANALYZE.
 */
export async function pretendTimes(client: Client, times: number, organizations: number) {
  const { rows } = await client.query<{ table: string; column: string }>(
    `select c.oid::regclass::text as table, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'orgline'::regnamespace and c.relkind = 'r'
       and a.attname in ('organization_id', 'organization_phone_number_id', 'phone_number_id', 'contact_id', 'user_id',
         'endpoint_id')`,
  )
  for (const { table, column } of rows) {
    await client.query(
      `alter table ${table} alter ${column} set (n_distinct = ${times * organizations})`,
    )
  }
  await client.query('analyze')
  await client.query(
    `update pg_class set reltuples = reltuples * $1
     where relnamespace = 'orgline'::regnamespace and relkind in ('r', 'i') and reltuples > 20`,
    [times],
  )
}
