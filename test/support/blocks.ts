import type { Client } from 'pg'

interface Plan {
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
}

/** Often enough that PostgreSQL may keep a plan that knows no values. */
const WARM_UP = 8

/**
 * How many blocks PostgreSQL looks at for `call`, an SQL expression, functions within it included, on a connection
 * that knows the catalogue and the plans already. Nothing of what it changes stays.
 */
export async function blocksOf(
  client: Client,
  call: string,
  values: unknown[] = [],
): Promise<number> {
  for (let time = 0; time < WARM_UP; time++) {
    await undone(client, () => client.query(`select ${call}`, values))
  }
  const explained = await undone(client, () =>
    client.query(`explain (analyze, buffers, format json) select ${call}`, values),
  )
  const plan: Plan = explained.rows[0]['QUERY PLAN'][0].Plan
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
}

async function undone<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    return await work()
  } finally {
    await client.query('rollback')
  }
}
