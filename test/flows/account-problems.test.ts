import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aLine, endQuarantine, releaseDue, rowOf } from '../support/quarantine.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
  tickOrders,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const carriers = [
  [
    'twilio',
    { twilioAuthToken: 'rotated-by-somebody' },
    { twilioAuthToken: 'sandbox-twilio-token' },
  ],
  [
    'elevenlabs',
    { elevenLabsApiKey: 'rotated-by-somebody' },
    { elevenLabsApiKey: 'sandbox-elevenlabs-key' },
  ],
] as const

describe.each(carriers)('wrong credentials at %s', (carrier, wrong, right) => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({ settings: { ORDER_MAX_ATTEMPTS: '2', SIGNUP_WAIT_MS: '0' } })
    await control(world, 'POST', 'credentials', wrong)
  })
  afterEach(() => world.stop())

  test('sign-ups are still accepted and one notification tells', async () => {
    const answers = [await signUp(world), await signUp(world), await signUp(world)]
    await tickOrders(world)

    expect(answers.map(({ answer }) => answer.status)).toEqual([201, 201, 201])
    const problems = await notifications(world, '?status=pending&type=account_problem')
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toMatch(carrier === 'twilio' ? /Twilio/ : /ElevenLabs/)
    const attempts = await world.sql('select max(attempts) as most from number_orders')
    expect(attempts).toEqual([{ most: 0 }])
  })

  test('the loop leaves the carrier alone until the pause is over', async () => {
    await signUp(world)
    // Its answer does not wait for the order to get as far as the carrier.
    await tickOrders(world)
    expect(
      await world.sql(
        // However long ago it began.
        "update carrier_pauses set until = now() + interval '1 hour' returning carrier",
      ),
    ).toEqual([{ carrier }])
    const before = await atCarriers(world)

    await tickOrders(world)

    expect((await atCarriers(world)).requests).toEqual(before.requests)
  })

  test('once they are put right, every order goes on by itself and the notification is resolved', async () => {
    const answers = [await signUp(world), await signUp(world)]
    await control(world, 'POST', 'credentials', right)

    await runOrders(world)

    for (const { organization, token } of answers) {
      const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
        token,
      })
      expect(body.organization).toMatchObject({
        phoneNumberStatus: 'active',
        phoneNumberError: null,
      })
    }
    expect((await atCarriers(world)).twilio.numbers).toHaveLength(2)
    expect(await notifications(world, '?status=pending')).toEqual([])
  })
})

describe('an account that is refused', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({ timings: { accountPauseMs: 60_000 } })
  })
  afterEach(() => world.stop())

  const { signal } = new AbortController()
  const reported = async () =>
    (await notifications(world, '?status=pending')).map(({ type, occurrences }) => [
      type,
      occurrences,
    ])
  const endPause = () => world.sql('update carrier_pauses set until = now()')
  const allDue = () =>
    world.sql('update phone_numbers set sync_due_at = now() where sync_due_at is not null')

  test.each([
    ['twilio', 'incomingPhoneNumbers.fetch'],
    ['elevenlabs', 'phoneNumbers.get'],
  ] as const)(
    'by %s while numbers are synced, is told once, pauses all, and is over when a number is synced',
    async (carrier, operation) => {
      for (let each = 0; each < 3; each += 1) await aLine(world)
      await world.sql('update phone_numbers set sync_due_at = now()')
      await fault(world, carrier, operation, 'error', { status: 401, times: 99 })

      await world.context.phoneNumbers.syncDue.tick(signal)

      expect(await reported()).toEqual([['account_problem', 1]])
      expect(await world.sql('select carrier from carrier_pauses where until > now()')).toEqual([
        { carrier },
      ])
      const { requests } = await atCarriers(world)
      await allDue()
      await world.context.phoneNumbers.syncDue.tick(signal)
      expect((await atCarriers(world)).requests).toEqual(requests)

      await control(world, 'DELETE', 'faults')
      await endPause()
      await world.context.phoneNumbers.syncDue.tick(signal)

      expect(await reported()).toEqual([])
      expect(await world.sql('select 1 from carrier_pauses')).toEqual([])
      expect(await world.sql('select 1 from phone_numbers where sync_due_at > now()')).toEqual([])
    },
  )

  test('where it may not buy, is not over because a number can be synced', async () => {
    const line = await aLine(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'error', { status: 401 })
    await signUp(world)
    expect(await reported()).toEqual([['account_problem', 1]])
    await endPause()

    await line.organization.release()

    expect((await rowOf(world, line.number)).sync_due_at).toBeNull()
    expect(await reported()).toEqual([['account_problem', 1]])
  })

  test.each([
    ['no other waits', false],
    ['another waits', true],
  ])(
    'where it may not buy, is over with the order that found out, once that is canceled and %s',
    async (_which, another) => {
      const line = await aLine(world)
      await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'error', { status: 401 })
      await signUp(world)
      const [order] = await world.sql<{ id: string }>(
        "select id from number_orders where status = 'running'",
      )
      if (another) await signUp(world)
      await endPause()

      const { status } = await request(
        world.origin,
        'POST',
        `/api/admin/orders/${order?.id}/cancel`,
        { token: ADMIN },
      )

      expect(status).toBe(200)
      expect(await reported()).toEqual(another ? [['account_problem', 1]] : [])
      await line.organization.release()
      expect(await reported()).toEqual(another ? [['account_problem', 1]] : [])
    },
  )

  test('whose order is canceled while a number is to be synced, is over when that is', async () => {
    const line = await aLine(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'error', { status: 401 })
    await signUp(world)
    await world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [
      line.number,
    ])
    const [order] = await world.sql<{ id: string }>(
      "select id from number_orders where status = 'running'",
    )
    await request(world.origin, 'POST', `/api/admin/orders/${order?.id}/cancel`, { token: ADMIN })
    expect(await reported()).toEqual([['account_problem', 1]])
    await endPause()

    await world.context.phoneNumbers.syncDue.tick(signal)

    expect(await reported()).toEqual([])
  })

  test('while numbers are released, is told once, pauses all, and is over when one is', async () => {
    const lines = [await aLine(world), await aLine(world), await aLine(world)]
    for (const line of lines) await line.organization.release()
    const numbers = lines.map(({ number }) => number)
    await endQuarantine(world, ...numbers)
    await fault(world, 'twilio', 'incomingPhoneNumbers.remove', 'error', { status: 401, times: 99 })

    await releaseDue(world)

    expect(await reported()).toEqual([['account_problem', 1]])
    await control(world, 'DELETE', 'faults')
    await endPause()
    await endQuarantine(world, ...numbers)
    await releaseDue(world)
    for (const number of numbers) expect((await rowOf(world, number)).status).toBe('released')
    expect(await reported()).toEqual([])
  })
})
