import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'

describe('what statuses mean', () => {
  let database: Awaited<ReturnType<typeof cloneDatabase>>
  beforeAll(async () => {
    database = await cloneDatabase()
  })
  afterAll(() => database.drop())

  const planOf = async (query: string) => {
    const rows = await sql<{ 'QUERY PLAN': string }>(database.url, `explain ${query}`)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }

  test.each([
    ['number_orders', 'is_open_order'],
    ['phone_numbers', 'may_be_ours'],
    ['phone_numbers', 'is_owned'],
    ['phone_numbers', 'is_in_use'],
    ['phone_numbers', 'is_live'],
    ['phone_numbers', 'is_in_service'],
    ['calls', 'is_open_call'],
    ['calls', 'is_undecided_call'],
    ['calls', 'is_ended_call'],
  ])('of %s, asked by %s, is planned as if it stood in the query', async (table, name) => {
    const plan = await planOf(`select from ${table} t where private.${name}(t.status)`)

    expect(plan).toMatch(/ANY|ALL|status = /)
    expect(plan).not.toContain(name)
  })

  test('of a number, asked with its digits, is found by the index of those that may be ours', async () => {
    await sql(database.url, 'set enable_seqscan = off')
    const plan = await planOf(
      `select from phone_numbers p where p.phone_number = '+16045550100' and private.may_be_ours(p.status)`,
    )

    expect(plan).toMatch(/Index (Only )?Scan|Bitmap Index Scan/)
  })
})
