import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readHolders } from '../../chaos/holdings.ts'
import type { World } from '../../chaos/world.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { aHolding, aNumber, anOrganization, aPhoneNumber } from '../support/rows.ts'

describe('whose a number is, to the judge of the experiment,', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  /** What makes a number live, by `statement`; and the judge, asked of a call before that is committed, and after. */
  async function whileNotCommitted(
    organizationId: string,
    phoneNumberId: string,
    statement: string,
  ) {
    await using slow = await aClient(url)
    await slow.client.query('begin')
    await slow.client.query(statement, [organizationId, phoneNumberId])
    const { rows } = await slow.client.query<{ begun: number; called: number }>(
      `select extract(epoch from now())::float * 1000 as begun,
         extract(epoch from clock_timestamp())::float * 1000 as called`,
    )
    await slow.client.query('commit')
    const { begun = 0, called = 0 } = rows[0] ?? {}
    expect(called).toBeGreaterThan(begun)
    return { holders: await readHolders(asWorld(url)), called }
  }

  test.each([
    [
      'its order is done',
      `insert into orgline.number_orders (organization_id, cause, country, step, status, phone_number_id)
       values ($1, 'signup', 'CA', 'done', 'done', $2)`,
    ],
    [
      'it is taken back',
      `insert into orgline.audit_log (organization_id, actor_kind, actor_name, action, subject)
       select $1, 'operator', 'test', 'restore_phone_number', p.phone_number from orgline.phone_numbers p where p.id = $2`,
    ],
  ])('for a call while %s, but not committed, is in doubt', async (_what, statement) => {
    const organizationId = await anOrganization(url)
    const number = aNumber()
    const phoneNumberId = await aPhoneNumber(url, { phone_number: number, status: 'assigned' })
    await aHolding(url, organizationId, phoneNumberId, { is_active: true })

    const { holders, called } = await whileNotCommitted(organizationId, phoneNumberId, statement)

    expect(holders.throughout(number, called, called + 1_000, true)).toBeUndefined()
    expect(holders.throughout(number, called, called + 1_000)).toBe(organizationId)
    const later = Date.now() + 1_000
    expect(holders.throughout(number, later, later + 1_000, true)).toBe(organizationId)
  })

  test('that was taken back without its import, is in doubt for a call until that is done', async () => {
    const organizationId = await anOrganization(url)
    const number = aNumber()
    const phoneNumberId = await aPhoneNumber(url, { phone_number: number, status: 'purchased' })
    await sql(
      url,
      `insert into orgline.number_orders (organization_id, cause, country, step, status, phone_number_id, created_at)
       values ($1, 'signup', 'CA', 'done', 'done', $2, now() - interval '1 hour')`,
      [organizationId, phoneNumberId],
    )
    await sql(
      url,
      `with held as (
         insert into orgline.organization_phone_numbers (organization_id, phone_number_id, is_active) values ($1, $2, false))
       insert into orgline.number_orders (organization_id, cause, country, step, phone_number_id) values ($1, 'manual', 'CA', 'import', $2)`,
      [organizationId, phoneNumberId],
    )
    const judge = async () => {
      const later = Date.now() + 1_000
      const holders = await readHolders(asWorld(url))
      return holders.throughout(number, later, later + 1_000, true)
    }
    expect(await judge()).toBeUndefined()

    await sql(
      url,
      `update orgline.number_orders set step = 'done', status = 'done' where phone_number_id = $1`,
      [phoneNumberId],
    )
    expect(await judge()).toBe(organizationId)
  })
})

const asWorld = (url: string) =>
  ({
    lost: [],
    deployments: [{ database: 'one' }],
    cluster: { query: (_database: string, text: string) => sql(url, text) },
  }) as unknown as World

async function aClient(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}
