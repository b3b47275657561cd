import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { OPERATOR } from '../support/actors.ts'
import { releaseHeld, untilHeld } from '../support/held.ts'
import { buyAtTwilio } from '../support/manual.ts'
import { poolStatus, purchaseBatch } from '../support/pool.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  runOrders,
  tickOrders,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a batch purchase', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  const causeOf = (id: string) =>
    world.sql(
      'select cause, status, count(*)::int as n from number_orders where batch_id = $1 group by 1, 2',
      [id],
    )

  const alertDue = (batchId: string) =>
    world.sql(
      'select alert_due_at is not null as due from admin_notifications where subject = $1',
      [batchId],
    )
  const resolve = (id = '') =>
    request(world.origin, 'POST', `/api/admin/notifications/${id}/resolve`, { token: ADMIN })

  /** Requests of one kind at the same time: an order searches and looks for its tag at once. */
  const mostAtOnce = ({ maxInFlight }: { maxInFlight: Record<string, number> }) =>
    Math.max(...Object.values(maxInFlight))

  test('of 100, at slow carriers, keeps ten orders at work and never more', async () => {
    const slow = { times: 100, ms: 40 }
    for (const [carrier, operation] of [
      ['twilio', 'incomingPhoneNumbers.create'],
      ['elevenlabs', 'phoneNumbers.create'],
    ] as const) {
      await fault(world, carrier, operation, 'hold_before', { times: 10 })
      await fault(world, carrier, operation, 'slow', slow)
    }
    await control(world, 'DELETE', 'requests')
    const before = await atCarriers(world)
    /** Lets the first ten go once they have all come. */
    const passTen = async (carrier: 'twilio' | 'elevenlabs') => {
      await untilHeld(world, 10)
      expect((await atCarriers(world))[carrier].inFlight).toBe(10)
      await releaseHeld(world, 10)
    }

    const purchase = purchaseBatch(world, { count: 100, areaCode: '604' })
    await passTen('twilio')
    await passTen('elevenlabs')
    const answer = await purchase

    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      success: true,
      count: 100,
      pending: 0,
      failures: [],
      nextStep: 'Nothing to do: the numbers wait in the pool, ready to be assigned',
      importInstructions: [],
    })
    expect(new Set(answer.body.phoneNumbers).size).toBe(100)
    const { twilio, elevenlabs, requests } = await atCarriers(world)
    expect(twilio.spent - before.twilio.spent).toBe(100_000_000)
    expect(twilio.maxInFlight['incomingPhoneNumbers.create']).toBe(10)
    // A search finds 50 numbers, and serves the orders of ten seconds.
    const searches = (all: typeof requests) => all.twilio['availablePhoneNumbers.list'] ?? 0
    expect(searches(requests) - searches(before.requests)).toBeLessThan(40)
    expect(mostAtOnce(twilio)).toBe(10)
    expect(elevenlabs.maxInFlightTotal).toBe(10)
    expect(await poolStatus(world)).toMatchObject({ configured: 100, needsImport: 0 })
  })

  test('chooses of one search, and searches anew where a number is gone', async () => {
    const searches = async () =>
      (await atCarriers(world)).requests.twilio['availablePhoneNumbers.list'] ?? 0
    const before = await searches()
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'hold_before')
    const purchase = purchaseBatch(world, { count: 5, areaCode: '415' })
    await untilHeld(world)
    const held = "select phone_number from number_order_attempts where outcome = 'open'"
    await expect.poll(() => world.sql(held)).toHaveLength(1)
    const [gone] = await world.sql<{ phone_number: string }>(held)
    await buyAtTwilio(world, { PhoneNumber: gone?.phone_number ?? '' })
    expect(await searches()).toBe(before + 1)
    await releaseHeld(world)

    const { body } = await purchase

    expect(new Set(body.phoneNumbers).size).toBe(5)
    expect(body).toMatchObject({ count: 5, failures: [] })
    expect(body.phoneNumbers).not.toContain(gone?.phone_number)
    expect(await searches()).toBe(before + 2)
  })

  test('while ticks of the loop are at work, shares their bound', async () => {
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'slow', { times: 100, ms: 100 })
    await control(world, 'DELETE', 'requests')
    const { signal } = new AbortController()

    const [answer] = await Promise.all([
      purchaseBatch(world, { count: 30, areaCode: '778' }),
      purchaseBatch(world, { count: 5, areaCode: '212' }),
      ...Array.from({ length: 5 }, () => world.context.phoneNumbers.runner.tick(signal)),
    ])

    expect(answer.body).toMatchObject({ count: 30, failures: [] })
    expect(mostAtOnce((await atCarriers(world)).twilio)).toBeLessThanOrEqual(10)
  })

  test('sent again under its Idempotency-Key after a lost answer, buys nothing more', async () => {
    const headers = { 'idempotency-key': 'batch-of-three' }
    const body = { count: 3, areaCode: '415' }
    const first = await purchaseBatch(world, body, headers)
    const { spent } = (await atCarriers(world)).twilio
    // As if the server had died before it could keep its answer.
    await world.sql('delete from idempotency_keys')

    const again = await purchaseBatch(world, body, headers)

    expect(again.status).toBe(200)
    expect(again.body).toEqual(first.body)
    expect(again.body.count).toBe(3)
    expect((await atCarriers(world)).twilio.spent).toBe(spent)
  })

  test('of an area code without stock, with areaCodeOnly, says so of each and buys nothing', async () => {
    const before = await atCarriers(world)

    const { status, body } = await purchaseBatch(world, {
      count: 3,
      areaCode: '236',
      areaCodeOnly: true,
    })

    expect(status).toBe(200)
    expect(body).toMatchObject({ success: false, phoneNumbers: [], count: 0, pending: 0 })
    expect(body.failures).toHaveLength(3)
    for (const failure of body.failures) {
      expect(failure).toMatchObject({
        phoneNumber: null,
        error: 'There is no number with voice and SMS for sale in area code 236',
      })
    }
    expect((await atCarriers(world)).twilio.spent).toBe(before.twilio.spent)
    expect(await causeOf(body.batchId)).toEqual([{ cause: 'batch', status: 'canceled', n: 3 }])
    expect(await notifications(world, '?status=pending')).toEqual([])
  })

  test('of which one purchase is carried out late, unanswered, buys each number once', async () => {
    const before = await atCarriers(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'late', { ms: 150 })
    await fault(world, 'twilio', 'incomingPhoneNumbers.list', 'timeout', { ms: 1 })

    const { body } = await purchaseBatch(world, { count: 3, areaCode: '305' })
    await runOrders(world)

    expect(body.success).toBe(true)
    expect(body.count + body.pending).toBe(3)
    expect((await atCarriers(world)).twilio.spent - before.twilio.spent).toBe(3_000_000)
    expect(await causeOf(body.batchId)).toEqual([{ cause: 'batch', status: 'done', n: 3 }])
    expect(await notifications(world, '?status=pending')).toEqual([])
  })

  test('of which one purchase is refused for good, brings the others, and says why of the one', async () => {
    const before = await atCarriers(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'error', { status: 400 })

    const { status, body } = await purchaseBatch(world, { count: 3, areaCode: '305' })

    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, count: 2, pending: 0 })
    expect(body.failures).toEqual([
      {
        orderId: expect.any(String),
        phoneNumber: null,
        error: expect.stringContaining('HTTP 400'),
      },
    ])
    const { twilio } = await atCarriers(world)
    expect(twilio.spent - before.twilio.spent).toBe(2_000_000)
    const ready = await world.sql(
      `select p.phone_number from phone_numbers p join number_orders n on n.phone_number_id = p.id
       where n.batch_id = $1 and n.status = 'done' and p.status = 'configured'`,
      [body.batchId],
    )
    expect(ready.map((row) => row.phone_number).sort()).toEqual(body.phoneNumbers.toSorted())
    expect(await notifications(world, '?status=pending')).toEqual([])
  })

  test('that fails after its answer, is told once, and a repeat under its Idempotency-Key tells each', async () => {
    const headers = { 'idempotency-key': 'batch-that-fails-later' }
    const body = { count: 3, areaCode: '604', areaCodeOnly: true }
    // With nothing to be done for an hour, there is nothing to wait for.
    await world.sql(
      "insert into carrier_pauses (carrier, until, reason) values ('twilio', now() + interval '1 hour', 'closed')",
    )
    const answer = await purchaseBatch(world, body, headers)
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({ count: 0, pending: 3, failures: [] })
    await world.sql('delete from carrier_pauses')
    const before = await atCarriers(world)
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'error', { status: 503, times: 100 })

    await runOrders(world)

    const [reported, ...more] = await notifications(world, '?status=pending')
    expect(more).toEqual([])
    expect(reported).toMatchObject({ type: 'order_needs_attention', occurrences: 3 })
    expect(reported?.message).toMatch(/^3 of the 3 numbers of batch .*HTTP 503/)
    expect(reported?.message).toContain(
      'batch-purchase {"count": 3, "country": "CA", "areaCode": "604", "areaCodeOnly": true}',
    )
    expect(await alertDue(answer.body.batchId)).toEqual([{ due: true }])
    const repeat = await purchaseBatch(world, body, headers)
    expect(repeat.status).toBe(200)
    expect(repeat.body).toMatchObject({ batchId: answer.body.batchId, success: false, pending: 0 })
    expect(repeat.body.failures).toHaveLength(3)
    expect(repeat.body.failures[0].error).toContain('HTTP 503')
    expect((await atCarriers(world)).twilio.spent).toBe(before.twilio.spent)
    await resolve(reported?.id)
  })

  test('whose request died, is told of when it fails, and alerted once all of it is over', async () => {
    const id = randomUUID()
    await world.sql("select create_batch($1, $2, 'CA', '604', true, 2, 0)", [OPERATOR, id])
    await world.sql('update number_orders set attempts = 100 where batch_id = $1', [id])
    await world.sql(
      `update number_orders set next_run_at = now() + interval '1 hour'
       where id = (select id from number_orders where batch_id = $1 limit 1)`,
      [id],
    )
    await tickOrders(world)
    expect(await alertDue(id)).toEqual([{ due: false }])

    await world.sql('update number_orders set next_run_at = now() where batch_id = $1', [id])
    await runOrders(world)

    expect(await alertDue(id)).toEqual([{ due: true }])
    const reported = await notifications(world, '?status=pending')
    expect(reported).toMatchObject([{ type: 'order_needs_attention', occurrences: 2 }])
    await resolve(reported[0]?.id)
  })

  test.each([
    ['a count of 0', { count: 0 }],
    ['a count of 101', { count: 101 }],
    ['half a number', { count: 2.5 }],
    ['a count as text', { count: '5' }],
    ['an unknown key', { count: 1, region: 'BC' }],
    ['an area code as a number', { areaCode: 604 }],
    ['a service code', { areaCode: '911' }],
    ['an area code of another country', { areaCode: '604', country: 'US' }],
  ])('with %s, is refused and orders nothing', async (_, body) => {
    const before = await world.sql('select count(*) from number_orders')

    expect((await purchaseBatch(world, body)).status).toBe(400)

    expect(await world.sql('select count(*) from number_orders')).toEqual(before)
  })
})
