import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backUp } from '../support/backup.ts'
import { buyAtTwilio, enter, numberOf } from '../support/manual.ts'
import {
  atCarriers,
  control,
  fault,
  notifications,
  runOrders,
  signUp,
  tickOrders,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('an order, in a database that went back in time,', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({ settings: { SIGNUP_WAIT_MS: '0', PURCHASE_DAILY_LIMIT: '2' } })
  })
  afterEach(() => world.stop())

  const bought = async () =>
    ((await atCarriers(world)).requests.twilio['incomingPhoneNumbers.create'] ?? 0) as number
  const orderOf = async (organizationId: string) => {
    const [row] = await world.sql<{ id: string; step: string; buy_started_at: Date | null }>(
      `select o.id, o.step, a.buy_started_at from number_orders o
       left join number_order_attempts a on a.order_id = o.id and a.outcome = 'open'
       where o.organization_id = $1`,
      [organizationId],
    )
    if (!row) throw new Error('nothing was ordered')
    return row
  }
  const tagOf = async (orderId: string) => {
    const [row] = await world.sql<{ id: string }>('select id from deployment')
    return `orgline:${row?.id}:${orderId}`
  }
  /** A sign-up whose order waits for its next try at the step; then it gets its number. */
  const aSignUpAt = async (step: 'choose' | 'buy') => {
    const operation =
      step === 'choose' ? 'availablePhoneNumbers.list' : 'incomingPhoneNumbers.create'
    await fault(world, 'twilio', operation, 'error', { status: 429, times: 999 })
    const { organization } = await signUp(world)
    const stepAfterTick = async () => {
      await tickOrders(world)
      return (await orderOf(organization.id)).step
    }
    await expect.poll(stepAfterTick).toBe(step)
    expect((await orderOf(organization.id)).buy_started_at).toBeNull()
    return organization.id as string
  }
  const getNumber = async (organizationId: string) => {
    await control(world, 'DELETE', 'faults')
    await runOrders(world)
    return numberOf(world, organizationId)
  }

  test.each(['choose', 'buy'] as const)(
    'at the step %s, takes up what it has bought since, and buys no second number',
    async (step) => {
      const id = await aSignUpAt(step)
      const restore = await backUp(world)
      const number = await getNumber(id)
      const before = await bought()
      await restore()

      expect(await getNumber(id)).toBe(number)

      expect(await bought()).toBe(before)
      const { twilio } = await atCarriers(world)
      const [row] = await world.sql(
        "select status, bought_at from phone_numbers where phone_number = $1 and status = 'assigned'",
        [number],
      )
      expect(row?.bought_at).toEqual(new Date(twilio.numbers[0].date_created))
    },
  )

  test('at the step buy, whose candidate was taken since, takes up the other that it has bought', async () => {
    const id = await aSignUpAt('buy')
    const restore = await backUp(world)
    await control(world, 'DELETE', 'faults')
    const [candidate] = await world.sql<{ phone_number: string }>(
      'select phone_number from phone_numbers',
    )
    await buyAtTwilio(world, { PhoneNumber: candidate?.phone_number ?? '' })
    await runOrders(world)
    const number = await numberOf(world, id)
    const before = await bought()
    await restore()

    expect(await getNumber(id)).toBe(number)

    expect(await bought()).toBe(before)
    expect((await atCarriers(world)).twilio.numbers).toHaveLength(2)
  })

  test('counts what it takes up against the daily limit', async () => {
    const first = await aSignUpAt('choose')
    const restore = await backUp(world)
    await getNumber(first)
    await restore()
    await getNumber(first)
    const { organization: second } = await signUp(world)
    await getNumber(second.id)

    await signUp(world)
    await tickOrders(world)

    expect((await atCarriers(world)).twilio.numbers).toHaveLength(2)
    expect(await notifications(world, '?type=purchase_limit_reached')).toHaveLength(1)
  })

  test.each(['choose', 'buy'] as const)(
    'at the step %s, buys nothing while it cannot look for what it has bought',
    async (step) => {
      const id = await aSignUpAt(step)
      const before = await bought()
      await control(world, 'DELETE', 'faults')
      await fault(world, 'twilio', 'incomingPhoneNumbers.list', 'error', { status: 429, times: 99 })

      for (let turn = 0; turn < 3; turn += 1) {
        await world.sql('update number_orders set next_run_at = now()')
        await tickOrders(world)
      }

      expect(await bought()).toBe(before)
      await getNumber(id)
      expect(await bought()).toBe(before + 1)
    },
  )

  test('does not take up a number under its tag that is known here as somebody else’s', async () => {
    const id = await aSignUpAt('choose')
    const { phoneNumber } = await buyAtTwilio(world, {
      FriendlyName: await tagOf((await orderOf(id)).id),
    })
    await control(world, 'DELETE', 'faults')
    await enter(world, { phoneNumber })

    expect(await getNumber(id)).not.toBe(phoneNumber)
  })

  test('takes up a number under its tag that it never chose', async () => {
    const id = await aSignUpAt('choose')
    const { phoneNumber } = await buyAtTwilio(world, {
      FriendlyName: await tagOf((await orderOf(id)).id),
    })
    const before = await bought()

    expect(await getNumber(id)).toBe(phoneNumber)

    expect(await bought()).toBe(before)
  })
})
