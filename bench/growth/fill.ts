import type { Client } from 'pg'
import { type Fill, statements } from './statements.ts'

export type { Fill } from './statements.ts'

/**
 * Fills a migrated, empty database, as superuser, with organizations of one number, two customers, ten texts and
 * two calls each, what these cost, and one organization that has far more of all (`hotTexts`, `hotContacts`). Ids
 * come from names (`idOf`), so that whoever asks knows them.
 */
export async function fill(client: Client, sizes: Fill): Promise<void> {
  // What is filled refers to what is there; asked row by row, that takes most of the time.
  await client.query('set session_replication_role = replica')
  for (const statement of statements(sizes)) await client.query(statement)
  await client.query('reset session_replication_role')
  await client.query('vacuum (freeze, analyze)')
}

/** The id of a row by its name, such as `organization 5` or `hot contact 1`, as an SQL expression. */
export function idOf(name: string): string {
  return `md5('${name}')::uuid`
}
