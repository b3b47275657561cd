import type { Client } from 'pg'

export interface Counted {
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
}

/** Often enough that PostgreSQL may keep a plan that knows no values. */
const WARM_UP = 8

const MEASURED = 4

/** How many blocks a plan, with all below it, looked at. */
export const blocksRead = (plan: Counted) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks']

/**
 * The plan, of several runs of `explain`, that read least. A connection forgets the catalogue whenever others, in any
 * database of the cluster, change much of theirs at once, and the next statement reads it anew: thousands of blocks
 * that are not the statement's own.
 */
export async function leastRead<P extends Counted>(explain: () => Promise<P>): Promise<P> {
  let least = await explain()
  for (let time = 1; time < MEASURED; time++) {
    const plan = await explain()
    if (blocksRead(plan) < blocksRead(least)) least = plan
  }
  return least
}

/** Runs `explain (analyze, buffers) statement`, and answers with its plan. */
export async function explained<P extends Counted>(
  client: Client,
  statement: string,
  values: unknown[] = [],
): Promise<P> {
  const { rows } = await client.query(
    `explain (analyze, buffers, format json) ${statement}`,
    values,
  )
  return rows[0]['QUERY PLAN'][0].Plan
}

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
  const plan = await leastRead(() =>
    undone(client, () => explained(client, `select ${call}`, values)),
  )
  return blocksRead(plan)
}

async function undone<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    return await work()
  } finally {
    await client.query('rollback')
  }
}
