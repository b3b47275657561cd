import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { databaseForTest, sql } from '../support/database.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { aPhoneNumber } from '../support/rows.ts'

describe('a carrier that refuses our account', () => {
  test('told by a number that somebody else works on, is paused after the number is locked', async () => {
    const { url } = await databaseForTest()
    const number = await aPhoneNumber(url, { status: 'assigned' })
    await sql(
      url,
      "insert into orgline.carrier_pauses (carrier, until, reason) values ('twilio', now(), 'refused')",
    )
    const [worker, refused] = [
      new Client({ connectionString: url }),
      new Client({ connectionString: url }),
    ]
    for (const client of [worker, refused]) {
      await client.connect()
      onTestFinished(() => client.end())
    }
    await worker.query('begin')
    await worker.query('select from orgline.phone_numbers where id = $1 for no key update', [
      number,
    ])

    const paused = refused.query(
      "select public.pause_carrier_for_number($1, now(), 'twilio', 60000, 'refused')",
      [number],
    )
    await expect.poll(() => sql(url, LOCK_WAITERS)).toHaveLength(1)

    // What the worker does next, once its number is in order.
    await worker.query("delete from orgline.carrier_pauses where carrier = 'twilio'")
    await worker.query('commit')
    await paused
  })
})
