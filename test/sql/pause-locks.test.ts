import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { OPERATOR } from '../support/actors.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { aPhoneNumber } from '../support/rows.ts'

async function clients(url: string, count: number): Promise<Client[]> {
  const made = Array.from({ length: count }, () => new Client({ connectionString: url }))
  for (const client of made) {
    await client.connect()
    onTestFinished(() => client.end())
  }
  return made
}

/** An order of the batch, with its number. */
async function anOrderOfBatch(url: string, batchId: string, status: string, step: string) {
  const number = await aPhoneNumber(url, { status: 'imported' })
  const token = randomUUID()
  const [order] = await sql<{ id: string; phone_number: string }>(
    url,
    `insert into orgline.number_orders (batch_id, cause, country, status, step, phone_number_id, lease_token)
     values ($1, 'batch', 'CA', $2, $3, $4, $5)
     returning id, (select p.phone_number from orgline.phone_numbers p where p.id = $4)`,
    [batchId, status, step, number, token],
  )
  return { id: order?.id, phoneNumber: order?.phone_number, token }
}

describe('a carrier that refuses our account', () => {
  test('told by a number that somebody else works on, is paused after the number is locked', async () => {
    const { url } = await databaseForTest()
    const number = await aPhoneNumber(url, { status: 'assigned' })
    await sql(
      url,
      "insert into orgline.carrier_pauses (carrier, until, reason) values ('twilio', now(), 'refused')",
    )
    const [worker, refused] = (await clients(url, 2)) as [Client, Client]
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

  test('and refuses it no more, is freed after the batch of the order is locked, by whatever ends an order', async () => {
    const { url } = await databaseForTest()
    const batchId = randomUUID()
    const synced = await anOrderOfBatch(url, batchId, 'running', 'sync')
    const givenUp = await anOrderOfBatch(url, batchId, 'needs_attention', 'import')
    await sql(
      url,
      `insert into orgline.carrier_pauses (carrier, until, reason, refused_order)
       values ('elevenlabs', now() + interval '1 hour', 'refused', true)`,
    )
    const [third, first, second] = (await clients(url, 3)) as [Client, Client, Client]
    await third.query('begin')
    await third.query('select from orgline.carrier_pauses for update')

    const ended = [
      first.query(
        "select public.record_synced($1, $2, null, 'agent_ours', 'server', '{elevenlabs}', 'https://line.example.com')",
        [synced.id, synced.token],
      ),
    ]
    await expect.poll(() => sql(url, LOCK_WAITERS)).toHaveLength(1)
    ended.push(
      second.query('select public.quarantine_any_phone_number($1, $2, 14)', [
        OPERATOR,
        givenUp.phoneNumber,
      ]),
    )
    await expect.poll(() => sql(url, LOCK_WAITERS)).toHaveLength(2)
    await third.query('commit')
    await Promise.all(ended)

    expect(await sql(url, 'select carrier from orgline.carrier_pauses')).toEqual([])
  })
})
