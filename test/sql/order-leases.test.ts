import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '../support/database.ts'
import {
  aClaimedOrder,
  anOrder,
  aPurchase,
  candidates,
  claimed,
  type Ledger,
  openLedger,
} from '../support/orders.ts'
import { aPhoneNumber } from '../support/rows.ts'

const lost = { name: 'AppError', code: 'lease_lost' }

describe('the lease of an order', () => {
  let url: string
  let store: Ledger
  let close: () => Promise<void>
  beforeAll(async () => {
    ;({ url, store, close } = await openLedger(10))
  })
  afterAll(() => close())

  const expire = (orderId: string) =>
    sql(
      url,
      "update orgline.number_orders set lease_until = now() - interval '1 second' where id = $1",
      [orderId],
    )

  test('an order, claimed twice, is had by the first alone', async () => {
    const orderId = await anOrder(url, store)

    const first = await store.claim(orderId)
    const second = await store.claim(orderId)

    expect(first).toMatchObject({ status: 'claimed', order: { id: orderId } })
    expect(second).toMatchObject({ status: 'none', order: { id: orderId } })
  })

  test('an order, claimed by ten at once, is had by one', async () => {
    const orderId = await anOrder(url, store)

    const claims = await Promise.all(Array.from({ length: 10 }, () => store.claim(orderId)))

    expect(claims.filter((claim) => claim.status === 'claimed')).toHaveLength(1)
  })

  test('a lease, that is over, can be claimed with a new token', async () => {
    const before = await aClaimedOrder(url, store)
    await expire(before.id)

    const after = await claimed(store, before.id)

    expect(after.lease_token).not.toBe(before.lease_token)
  })

  test('a lease, that was left to run out, is charged to the order; one released is not', async () => {
    const order = await aClaimedOrder(url, store)
    await store.release(order)
    const again = await claimed(store, order.id)
    await expire(order.id)

    const after = await claimed(store, order.id)

    expect([order.attempts, again.attempts, after.attempts]).toEqual([0, 0, 1])
  })

  test('a lease, left to run out while the import is held back, is not charged: the order is asked about until that is clear', async () => {
    const order = await aClaimedOrder(url, store)
    const number = await aPhoneNumber(url)
    await sql(url, 'update number_orders set phone_number_id = $2 where id = $1', [
      order.id,
      number,
    ])
    await sql(
      url,
      "insert into orgline.presumed_losses (kind, phone_number_id, held) values ('import', $1, true)",
      [number],
    )
    await expire(order.id)

    expect((await claimed(store, order.id)).attempts).toBe(0)
  })

  test('a lease, released, can be claimed at once', async () => {
    const order = await aClaimedOrder(url, store)

    expect(await store.release(order)).toEqual({ released: true })
    expect(await store.claim(order.id)).toMatchObject({ status: 'claimed' })
  })

  test('a lease, renewed after it was over but before another claim, is ours again', async () => {
    const order = await aClaimedOrder(url, store)
    await expire(order.id)

    await store.renew(order)

    expect(await store.claim(order.id)).toMatchObject({ status: 'none' })
  })

  test('a lease, taken over, is not released by its first holder', async () => {
    const before = await aClaimedOrder(url, store)
    await expire(before.id)
    const after = await claimed(store, before.id)

    expect(await store.release(before)).toEqual({ released: false })
    await expect(store.renew(after)).resolves.toEqual({})
  })

  const results: [string, (order: Awaited<ReturnType<typeof claimed>>) => Promise<unknown>][] = [
    ['renew', (order) => store.renew(order)],
    ['choose', (order) => store.choose(order, candidates(1))],
    ['begin to buy', (order) => store.beginBuy(order)],
    ['record a purchase', (order) => store.recordBought(order, aPurchase())],
    ['record an empty look', (order) => store.recordNotFound(order, 'nothing there')],
    ['give up a candidate', (order) => store.giveUpCandidate(order, 'taken', 'taken')],
    ['take up what it has bought', (order) => store.takeUpBought(order, [])],
    ['begin an import', (order) => store.beginImport(order, 'a token')],
    [
      'record an import',
      (order) => store.recordImported(order, { id: 'phnum_1', tokenHash: null, made: true }),
    ],
    ['record that an import is gone', (order) => store.recordImportGone(order, 'phnum_1')],
    ['record that all is synced', (order) => store.recordSynced(order, ['twilio'])],
    [
      'record a failure',
      (order) =>
        store.recordFailure(order, { error: 'x', delayMs: 0, notSent: true, byCarrier: true }),
    ],
    [
      'record a permanent failure',
      (order) =>
        store.recordPermanentFailure(order, { error: 'x', notSent: true, byCarrier: true }),
    ],
    [
      'pause a carrier',
      (order) =>
        store.pauseCarrier(order, { carrier: 'twilio', pauseMs: 1, error: 'x', notSent: true }),
    ],
  ]

  test.each(results)('a worker, whose lease was taken over, cannot %s', async (_, record) => {
    const before = await aClaimedOrder(url, store)
    await expire(before.id)
    const after = await claimed(store, before.id)

    await expect(record(before)).rejects.toMatchObject(lost)

    expect(await store.get(before.id)).toEqual(after)
  })

  test.each(results)('a worker, with a token nobody gave out, cannot %s', async (_, record) => {
    const order = await aClaimedOrder(url, store)

    await expect(record({ ...order, lease_token: randomUUID() })).rejects.toMatchObject(lost)
  })

  test('the next order, claimed without a name, is the one due longest and never another', async () => {
    const due = await anOrder(url, store)
    const later = await anOrder(url, store)
    await sql(
      url,
      "update orgline.number_orders set next_run_at = now() - interval '1 day' where id = $1",
      [due],
    )
    await sql(
      url,
      "update orgline.number_orders set next_run_at = now() + interval '1 day' where id = $1",
      [later],
    )

    const next = await store.claimNext()

    expect(next).toMatchObject({ status: 'claimed', order: { id: due } })
    expect(await store.claim(later)).toMatchObject({ status: 'none' })
  })

  test('thirty due orders, claimed by thirty at once, are had by one each', async () => {
    const orders = await Promise.all(Array.from({ length: 30 }, () => anOrder(url, store)))
    await sql(
      url,
      "update orgline.number_orders set next_run_at = now() - interval '2 days' where id = any ($1)",
      [orders],
    )

    const claims = await Promise.all(orders.map(() => store.claimNext()))

    const had = claims.flatMap(({ order }) => order?.id ?? [])
    expect(had.toSorted()).toEqual(orders.toSorted())
  })
})
