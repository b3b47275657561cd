import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { reconcile } from '../support/reconcile.ts'
import {
  atCarriers,
  control,
  fault,
  notifications,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const SEARCH = 'availablePhoneNumbers.list'
const BUY = 'incomingPhoneNumbers.create'
const LIST = 'incomingPhoneNumbers.list'

describe('orders that a carrier stopped before they had bought', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { ORDER_MAX_ATTEMPTS: '1' } })
  })
  afterEach(async () => {
    await control(world, 'DELETE', 'faults')
    await world.sql(
      "update number_orders set status = 'canceled', step = 'choose', phone_number_id = null where status <> 'done'",
    )
    await world.sql("update number_order_attempts set outcome = 'refused' where outcome = 'open'")
    await world.sql("update organizations set status = 'active' where status <> 'active'")
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Sign-ups while Twilio answers so; the ids of their orders, in the order in which they are tried. */
  const stopped = async (count: number, operation: string, status: number) => {
    await fault(world, 'twilio', operation, 'error', { status, times: 999 })
    for (let each = 0; each < count; each += 1) await signUp(world)
    await runOrders(world)
    expect(await waiting()).toHaveLength(count)
    return waiting()
  }
  const waiting = async () =>
    (
      await world.sql<{ id: string }>(
        "select id from number_orders where status = 'needs_attention' order by updated_at, id",
      )
    ).map(({ id }) => id)
  const requests = async (operation: string) =>
    (await atCarriers(world)).requests.twilio[operation] ?? 0
  const bought = async () => (await atCarriers(world)).twilio.numbers.length
  const repair = async () => {
    const { status } = await reconcile(world, { mode: 'repair' })
    expect(status).toBe(200)
    await runOrders(world)
  }

  test.each([
    [SEARCH, 403],
    [SEARCH, 404],
    [SEARCH, 503],
    [BUY, 403],
    [BUY, 404],
    [LIST, 403],
  ])(
    'by an answer to %s (%i) that is over, all go on after one repair, and buy one number each',
    async (operation, status) => {
      await stopped(3, operation, status)
      await control(world, 'DELETE', 'faults')
      const before = await bought()

      await repair()

      expect(await waiting()).toEqual([])
      expect((await bought()) - before).toBe(3)
      const reported = await notifications(world, '?status=pending&type=order_needs_attention')
      expect(reported).toEqual([])
    },
  )

  test.each([SEARCH, BUY])(
    'where %s is still refused, are tried one at each repair, each in its turn',
    async (operation) => {
      const [first, second] = await stopped(2, operation, 403)
      const before = [await requests(operation), await bought()]

      await repair()

      expect([(await requests(operation)) - 1, await bought()]).toEqual(before)
      expect(await waiting()).toEqual([second, first])
      await repair()
      expect(await waiting()).toEqual([first, second])
    },
  )

  test('looked for in a dry run, stay as they are', async () => {
    const orders = await stopped(1, SEARCH, 403)
    await control(world, 'DELETE', 'faults')

    await reconcile(world, { mode: 'dry-run' })
    await runOrders(world)

    expect(await waiting()).toEqual(orders)
  })

  test('after a purchase whose outcome is in doubt, send no other', async () => {
    await fault(world, 'twilio', BUY, 'timeout', { ms: 20 })
    await fault(world, 'twilio', LIST, 'error', { status: 403, times: 999, skip: 1 })
    await signUp(world)
    await runOrders(world)
    const orders = await waiting()
    expect(
      await world.sql(
        "select 1 from number_order_attempts where outcome = 'open' and buy_started_at is not null",
      ),
    ).toHaveLength(1)
    await control(world, 'DELETE', 'faults')
    const before = await requests(BUY)

    await repair()

    expect(await requests(BUY)).toBe(before)
    expect(await waiting()).toEqual(orders)
  })

  test('after a purchase that went through unheard, take its number up', async () => {
    await fault(world, 'twilio', BUY, 'lost_reply', { ms: 20 })
    await fault(world, 'twilio', LIST, 'error', { status: 403, times: 999, skip: 1 })
    await signUp(world)
    await runOrders(world)
    expect(await waiting()).toHaveLength(1)
    await control(world, 'DELETE', 'faults')
    const before = [await requests(BUY), await bought()]

    await repair()

    expect([await requests(BUY), await bought()]).toEqual(before)
    expect(await waiting()).toEqual([])
  })

  test.each([
    [
      'gave a number up in doubt',
      "insert into number_order_attempts (order_id, phone_number_id, phone_number, outcome) select $1, p.id, p.phone_number, 'abandoned' from phone_numbers p limit 1",
    ],
    [
      'has bought a number already',
      "insert into number_order_attempts (order_id, phone_number_id, phone_number, outcome) select $1, p.id, p.phone_number, 'bought' from phone_numbers p limit 1",
    ],
    [
      'is of a suspended organization',
      "update organizations o set status = 'suspended' from number_orders n where n.id = $1 and o.id = n.organization_id",
    ],
    [
      'is of an organization that a person gave a number since',
      'insert into organization_phone_numbers (organization_id, phone_number_id) select n.organization_id, p.id from number_orders n, phone_numbers p where n.id = $1 and not exists (select from organization_phone_numbers h where h.phone_number_id = p.id and h.ended_at is null) limit 1',
    ],
    [
      'was stopped by something else',
      'update number_orders set stopped_by_carrier = false where id = $1',
    ],
  ])('are left to a person where one %s, and the next is tried', async (_what, change) => {
    const [first = '', second] = await stopped(2, SEARCH, 403)
    await control(world, 'DELETE', 'faults')
    await world.sql(change, [first])

    await repair()

    expect(await waiting()).toEqual([first])
    expect(await world.sql('select status from number_orders where id = $1', [second])).toEqual([
      { status: 'done' },
    ])
  })

  test('whose first one finds nothing for sale, are tried from the next one on', async () => {
    const [first = '', second = '', third] = await stopped(3, SEARCH, 403)
    await world.sql(
      "update number_orders set area_code = '907', area_code_only = true where id = any ($1)",
      [[first, second]],
    )
    await control(world, 'DELETE', 'faults')

    await repair()

    expect(await waiting()).toEqual([first, second])
    expect(await world.sql('select status from number_orders where id = $1', [third])).toEqual([
      { status: 'done' },
    ])
    const before = await requests(SEARCH)
    await repair()
    expect(await requests(SEARCH)).toBe(before)
  })
})
