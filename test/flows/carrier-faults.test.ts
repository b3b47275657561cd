import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withRetries } from '../../src/carriers/webhook-url.ts'
import { releaseHeld } from '../support/held.ts'
import { buyAtTwilio } from '../support/manual.ts'
import { numberAtTwilio } from '../support/reconcile.ts'
import {
  atCarriers,
  control,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** Every request of the pipeline; the fallback URL makes sync update each number. */
const operations = [
  ['twilio', 'availablePhoneNumbers.list'],
  ['twilio', 'incomingPhoneNumbers.create'],
  ['twilio', 'incomingPhoneNumbers.fetch'],
  ['twilio', 'incomingPhoneNumbers.update'],
  ['elevenlabs', 'phoneNumbers.list'],
  ['elevenlabs', 'phoneNumbers.create'],
  ['elevenlabs', 'phoneNumbers.get'],
] as const

const kinds = [
  ['error', { status: 500 }],
  ['error', { status: 503 }],
  ['error', { status: 429 }],
  ['timeout', { ms: 50 }],
  ['lost_reply', { ms: 50 }],
  ['late', { ms: 100 }],
  ['slow', { ms: 100 }],
] as const

const cases = operations.flatMap(([carrier, operation]) =>
  kinds.map(([kind, more]) => [operation, kind, more, carrier] as const),
)

describe('sign-up, with a carrier fault', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { VOICE_FALLBACK_URL: 'http://127.0.0.1:9/fallback' } })
  })
  beforeEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  test.each(cases)(
    '%s: %s %o, buys exactly one number and ends assigned',
    async (operation, kind, more, carrier) => {
      const before = await atCarriers(world)
      await fault(world, carrier, operation, kind, more)

      const { answer, organization, token } = await signUp(world)
      await runOrders(world)

      expect(answer.status).toBe(201)
      const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
        token,
      })
      expect(body.organization).toMatchObject({
        phoneNumberStatus: 'active',
        readyToUse: true,
        phoneNumberError: null,
      })
      const after = await atCarriers(world)
      expect(after.twilio.numbers).toHaveLength(before.twilio.numbers.length + 1)
      expect(after.twilio.spent - before.twilio.spent).toBe(1_000_000)
      expect(after.elevenlabs.phoneNumbers).toHaveLength(before.elevenlabs.phoneNumbers.length + 1)
      expect(await numberAtTwilio(world, body.organization.phoneNumber)).toMatchObject({
        sms_url: withRetries(`${world.origin}/api/webhooks/twilio/sms`),
        voice_fallback_url: 'http://127.0.0.1:9/fallback',
      })
      expect(await notifications(world, '?status=pending')).toEqual([])
    },
  )

  test('looking up an unanswered purchase, itself failing, is repeated until it is clear', async () => {
    const before = await atCarriers(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'lost_reply', { ms: 20 })
    await fault(world, 'twilio', 'incomingPhoneNumbers.list', 'error', { status: 500, times: 3 })

    await signUp(world)
    await runOrders(world)

    const after = await atCarriers(world)
    expect(after.twilio.numbers).toHaveLength(before.twilio.numbers.length + 1)
    const sent = (state: typeof after) => state.requests.twilio['incomingPhoneNumbers.create'] ?? 0
    expect(sent(after) - sent(before)).toBe(1)
  })

  test('an unanswered purchase, that went through late, is adopted and not repeated', async () => {
    const before = await atCarriers(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'late', { ms: 150 })

    await signUp(world)
    await runOrders(world)

    const after = await atCarriers(world)
    expect(
      after.requests.twilio['incomingPhoneNumbers.create'] -
        before.requests.twilio['incomingPhoneNumbers.create'],
    ).toBe(1)
    expect(after.twilio.numbers).toHaveLength(before.twilio.numbers.length + 1)
  })

  test('a candidate that somebody else buys first, is given up for another', async () => {
    const before = await atCarriers(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'hold_before')
    const signingUp = signUp(world)
    await purchaseRequests(world, (before.requests.twilio['incomingPhoneNumbers.create'] ?? 0) + 1)
    const chosen = "select phone_number from number_order_attempts where outcome = 'open'"
    const [next] = (await world.sql<{ phone_number: string }>(chosen)).map(
      (row) => row.phone_number,
    )
    await buyAtTwilio(world, { PhoneNumber: next ?? '' })
    await releaseHeld(world)

    const { organization } = await signingUp

    expect(organization).toMatchObject({ readyToUse: true })
    expect(organization.phoneNumber).not.toBe(next)
    expect((await atCarriers(world)).twilio.numbers).toHaveLength(before.twilio.numbers.length + 2)
    const outcomes = 'select outcome from number_order_attempts where phone_number = $1'
    expect(await world.sql(outcomes, [next])).toEqual([{ outcome: 'taken' }])
  })
})

/** Waits until Twilio's twin has received so many purchase requests. */
async function purchaseRequests(world: World, count: number): Promise<void> {
  await expect
    .poll(async () => (await atCarriers(world)).requests.twilio['incomingPhoneNumbers.create'])
    .toBe(count)
}
