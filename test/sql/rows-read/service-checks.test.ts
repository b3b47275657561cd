import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf } from '../../support/blocks.ts'
import { manyRows } from '../../support/many-rows.ts'

const MANY = 2_000

describe('a Messaging Service with 2,000 numbers', () => {
  let rows: Awaited<ReturnType<typeof manyRows>>
  beforeAll(async () => {
    rows = await manyRows((insert) =>
      insert('phone_numbers', MANY, {
        country: `'US'`,
        messaging_service_sid: `'MG1'`,
        messaging_service_joined: 'true',
        sms_status: `'ready'`,
      }),
    )
  })
  afterAll(() => rows.end())

  test('checked, with nothing changed, reads less than a block for each', async () => {
    const checked = `public.record_service_checked('MG1', 'ready', null)`

    expect(await blocksOf(rows.client, checked)).toBeLessThan(MANY)
  })
})

describe('the numbers of a checked Messaging Service', () => {
  let rows: Awaited<ReturnType<typeof manyRows>>
  beforeAll(async () => {
    rows = await manyRows(async (insert, client) => {
      await insert('phone_numbers', 4, {
        country: `'US'`,
        messaging_service_sid: `'MG1'`,
        messaging_service_joined: 'n < 4',
        sms_status: `case n when 2 then 'unsupported' else 'pending' end`,
        sms_hold_until: `case n when 3 then now() + interval '1 hour' end`,
      })
      await client.query(
        `insert into orgline.admin_notifications (type, subject, facts)
         select 'phone_setup_failed', id || ':texting', '{}' from orgline.phone_numbers`,
      )
    })
  })
  afterAll(() => rows.end())

  test('ready, but for one that texts nobody, one on hold and one of no service, are so, and nobody is told on', async () => {
    await rows.client.query(`select public.record_service_checked('MG1', 'ready', null)`)

    const { rows: numbers } = await rows.client.query(
      `select p.sms_status, n.status from orgline.phone_numbers p
       join orgline.admin_notifications n on n.subject = p.id || ':texting' order by p.twilio_phone_sid`,
    )
    expect(numbers).toEqual([
      { sms_status: 'ready', status: 'resolved' },
      { sms_status: 'unsupported', status: 'pending' },
      { sms_status: 'pending', status: 'pending' },
      { sms_status: 'pending', status: 'pending' },
    ])
  })
})
