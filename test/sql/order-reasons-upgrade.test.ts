import { expect, test } from 'vitest'
import { migrate } from '../../src/database/migrate/migrate.ts'
import { wordsForAnybody } from '../../src/telephony/order-error.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { MIGRATIONS, migrateBefore } from '../support/migrations.ts'

/** It makes kinds of the words that orders kept. */
const UPGRADE = '0059_reason_kinds.sql'

const FOR_SALE = 'There is no number with voice and SMS for sale in'
const TAKEN = 'every number on offer is being bought by somebody else'

/** What an order met last, as it was kept, and as it is; `isForAll`: others than operators read it as before. */
const orders = [
  { kept: `${FOR_SALE} area code 236`, is: 'not_for_sale: area code 236', isForAll: true },
  { kept: `${FOR_SALE} CA`, is: 'not_for_sale: CA', isForAll: true },
  { kept: TAKEN, is: 'all_taken', isForAll: true },
  { kept: `${FOR_SALE} CA, says +16045550123`, isForAll: false },
  { kept: `Order 7: ${TAKEN}`, isForAll: false },
  { kept: 'Twilio refused our account (20003)', isForAll: false },
  { kept: null, isForAll: false },
]

test('what orders met last, from a release that kept words, upgraded, is read in the same words, and by nobody more', async () => {
  const { url } = await databaseForTest('template0')
  await migrateBefore(url, UPGRADE)
  for (const [place, { kept }] of orders.entries()) {
    await sql(
      url,
      `insert into orgline.number_orders (cause, country, area_code, status, attempts, last_error, created_at)
       values ('batch', 'CA', '236', $1, 3, $2, now() + $3 * interval '1 second')`,
      [place % 2 === 0 ? 'running' : 'needs_attention', kept, place],
    )
  }
  const others = () =>
    sql(url, 'select status, attempts, area_code from orgline.number_orders order by created_at')
  const before = await others()

  await migrate(url, MIGRATIONS)

  const rows = await sql<{ last_error: string | null }>(
    url,
    'select last_error from orgline.number_orders order by created_at',
  )
  const read = rows.map(({ last_error: is }) => [is, is === null ? undefined : wordsForAnybody(is)])
  expect(read).toEqual(
    orders.map(({ kept, is = kept, isForAll }) => [is, isForAll ? kept : undefined]),
  )
  expect(await others()).toEqual(before)
})
