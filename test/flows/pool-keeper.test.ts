import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { underLease } from '../../src/database/lease.ts'
import { createContext } from '../../src/server/context.ts'
import { numberOf } from '../support/manual.ts'
import { poolStatus, purchaseBatch, stockPool } from '../support/pool.ts'
import { givingOf } from '../support/quarantine.ts'
import { atCarriers, notifications, runOrders, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('the keeper of the pool', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { POOL_MIN: '2', SIGNUP_WAIT_MS: '0' } })
  })
  afterAll(() => world.stop())
  beforeEach(async () => {
    await world.sql("update phone_numbers set status = 'failed' where status = 'configured'")
    await world.sql('delete from leases')
    await world.sql('delete from admin_notifications')
  })

  const { signal } = new AbortController()
  const run = (context = world.context, now = true) =>
    underLease(
      { db: context.db, name: 'pool', everyMs: context.config.pool.intervalMs, leaseMs: 60_000 },
      context.phoneNumbers.replenishPool,
      { signal, now },
    )
  const keeperWith = (target: number) =>
    createContext(
      { ...world.config, pool: { ...world.config.pool, target } },
      { log: world.context.log },
    )
  const reported = () =>
    world.sql(
      "select status, occurrences from admin_notifications where type = 'pool_low' order by created_at",
    )
  const ordered = () =>
    world.sql(
      "select area_code, count(*)::int as n from number_orders where cause = 'replenish' and status = 'running' group by 1 order by 1",
    )

  test('finding it low hour after hour, tells once, also when a person has resolved that', async () => {
    await run()
    await run()
    expect(await reported()).toEqual([{ status: 'pending', occurrences: 1 }])
    const [notification] = await notifications(world, '?type=pool_low')
    expect(notification?.message).toMatch(/has 0 numbers .* fewer than 2 \(POOL_MIN\)/)

    await world.sql("update admin_notifications set status = 'resolved'")
    await run()

    expect(await reported()).toEqual([{ status: 'resolved', occurrences: 1 }])
  })

  test('having found it low, tells how many there are with each change, and that it is over at once', async () => {
    await run()
    const message = async () => (await notifications(world, '?type=pool_low'))[0]?.message
    const buy = async (count: number) => {
      expect((await purchaseBatch(world, { count, areaCode: '604' })).status).toBeLessThan(300)
      await runOrders(world)
    }
    await buy(1)
    expect(await message()).toContain('has 1 number ')
    const [one] = await world.sql<{ phone_number: string }>(
      "select phone_number from phone_numbers where status = 'configured'",
    )
    await givingOf(world, one?.phone_number ?? '').release()
    expect(await message()).toContain('has 0 numbers')
    await givingOf(world, one?.phone_number ?? '').restore()
    await runOrders(world)
    await world.context.phoneNumbers.syncDue.tick(signal)
    expect(await message()).toContain('has 1 number ')

    await buy(1)
    expect(await reported()).toEqual([{ status: 'resolved', occurrences: 1 }])
    await signUp(world)
    await run()
    expect(await reported()).toEqual([
      { status: 'resolved', occurrences: 1 },
      { status: 'pending', occurrences: 1 },
    ])
    await signUp(world)
    expect((await notifications(world, '?type=pool_low&status=pending'))[0]?.message).toContain(
      'has 0 numbers',
    )
  })

  test('finding it refilled, takes that back, and tells anew in the next episode', async () => {
    await run()
    await stockPool(world, 2)
    await run()
    expect(await reported()).toEqual([{ status: 'resolved', occurrences: 1 }])

    await signUp(world)
    await run()

    expect(await reported()).toEqual([
      { status: 'resolved', occurrences: 1 },
      { status: 'pending', occurrences: 1 },
    ])
  })

  test('in two servers at once, looks once, and not again before its time', async () => {
    const other = keeperWith(3)
    await world.sql("delete from number_orders where cause = 'replenish'")

    const done = await Promise.all([run(other, false), run(other, false), run(undefined, false)])
    const again = await run(other, false)
    await other.db.close()

    expect(done.filter(Boolean)).toHaveLength(1)
    expect(again).toBe(false)
  })

  test('below its target, orders what is missing once, by the area codes in use, and it is bought', async () => {
    await world.sql(
      "update organization_phone_numbers set assigned_at = now() - interval '40 days'",
    )
    await world.sql("delete from number_orders where cause = 'replenish'")
    await stockPool(world, 4)
    await stockPool(world, 2, { areaCode: '212', region: 'NY', country: 'US' })
    for (const _ of [1, 2, 3, 4]) await signUp(world)
    for (const _ of [1, 2]) await signUp(world, { preferredAreaCode: '212' })
    await stockPool(world, 1)
    const keeper = keeperWith(7)
    const before = await atCarriers(world)

    await Promise.all([
      keeper.phoneNumbers.replenishPool(signal, {}),
      keeper.phoneNumbers.replenishPool(signal, {}),
    ])
    expect(await ordered()).toEqual([
      { area_code: '212', n: 2 },
      { area_code: '604', n: 4 },
    ])
    await Promise.all([
      keeper.phoneNumbers.runner.tick(signal),
      world.context.phoneNumbers.runner.tick(signal),
    ])
    await runOrders(world)
    await keeper.phoneNumbers.replenishPool(signal, {})
    await keeper.db.close()

    expect(await ordered()).toEqual([])
    expect((await atCarriers(world)).twilio.spent - before.twilio.spent).toBe(6_000_000)
    expect(await poolStatus(world)).toMatchObject({
      configured: 7,
      recommendation: 'Pool healthy',
      daysLeft: expect.any(Number),
    })
  })

  test('below its target, without an area code in use, orders any of the US', async () => {
    await world.sql(
      "update organization_phone_numbers set assigned_at = now() - interval '40 days'",
    )
    const keeper = keeperWith(2)

    await keeper.phoneNumbers.replenishPool(signal, {})
    await keeper.db.close()

    const orders = await world.sql(
      "select country, area_code from number_orders where cause = 'replenish' and status = 'running'",
    )
    expect(orders).toEqual(Array(2).fill({ country: 'US', area_code: null }))
  })

  test('asked for its status, tells stock, cost and how long it lasts', async () => {
    await world.sql(
      "update organization_phone_numbers set assigned_at = now() - interval '40 days'",
    )
    await world.sql("update number_orders set status = 'canceled' where status = 'running'")
    const { organization } = await signUp(world)
    await runOrders(world)
    const bought = givingOf(world, await numberOf(world, organization.id))
    await bought.release()
    await bought.restore()
    await stockPool(world, 2, { cost: 1_150_000 })
    await stockPool(world, 1, { areaCode: '778' })
    await signUp(world)

    const status = await poolStatus(world)

    expect(status).toMatchObject({
      poolStatus: { configured: 2 },
      configured: 2,
      needsImport: 0,
      recommendation: 'Pool healthy',
      byAreaCode: [
        { areaCode: '604', country: 'CA', region: 'BC', configured: 1, needsImport: 0 },
        { areaCode: '778', country: 'CA', region: 'BC', configured: 1, needsImport: 0 },
      ],
      monthlyCost: 2_150_000,
      estimated: true,
      // Two were given: one was bought while the pool was empty.
      daysLeft: 30,
    })
    expect(Date.parse(status.oldestIdleSince)).toBeLessThan(Date.now())
  })
})
