import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buyAtTwilio, enter } from '../support/manual.ts'
import {
  control,
  fault,
  notifications,
  runOrders,
  signUp,
  tickOrders,
} from '../support/requests.ts'
import { anotherServer } from '../support/servers.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a notification, read by a person', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({
      settings: { ORDER_MAX_ATTEMPTS: '2', PURCHASE_DAILY_LIMIT: '1' },
    })
  })
  afterEach(() => world.stop())

  const messageOf = async (type: string) => {
    const [row] = await notifications(world, `?type=${type}`)
    return row?.message ?? ''
  }
  /** Whose number does not come, and is not waited for. */
  const signUpInVain = async (fields: { name?: string } = {}) => {
    const { origin, context } = await anotherServer(world, { signupWaitMs: 0 })
    await signUp({ ...world, origin }, fields)
    // Its own attempt goes on after the answer, and until it is over nobody else has the order.
    await context.background.empty()
    await tickOrders(world)
  }

  test('of a number that cannot be synced, names it, its organization, and where to look', async () => {
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 500, times: 2 })
    const { organization } = await signUp(world, { name: 'Premium Auto Sales' })
    await runOrders(world)

    const message = await messageOf('order_needs_attention')

    expect(message).toContain(
      `The number ${organization.phoneNumber} for organization "Premium Auto Sales" cannot be set up`,
    )
    expect(message).toContain(
      `Twilio Console > Phone Numbers > Active numbers > ${organization.phoneNumber}`,
    )
    expect(message).toMatch(/2\. POST \/api\/admin\/orders\/[-0-9a-f]{36}\/retry\./)
  })

  test('of a number that cannot be bought, says how to try again and how to give up', async () => {
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'error', { status: 500, times: 2 })
    await signUp(world, { name: 'Premium Auto Sales' })
    await runOrders(world)

    const message = await messageOf('order_needs_attention')

    expect(message).toMatch(/^The number for organization "Premium Auto Sales" cannot be set up/)
    expect(message).toMatch(/\/api\/admin\/orders\/[-0-9a-f]{36}\/retry; or give up with POST/)
    expect(message).toMatch(/POST \/api\/admin\/orders\/[-0-9a-f]{36}\/cancel/)
  })

  test('of an import that failed, tells the steps and what went wrong', async () => {
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 500, times: 2 })
    const { phoneNumber } = await buyAtTwilio(world)
    await enter(world, { phoneNumber })
    await runOrders(world)

    const message = await messageOf('elevenlabs_import_required')

    expect(message).toContain(
      `Import ${phoneNumber} to ElevenLabs dashboard and assign to agent, for the pool.\n1. ElevenLabs Dashboard > Phone Numbers`,
    )
    expect(message).toContain(
      `3. POST /api/admin/phone-numbers/${phoneNumber}/activate {"elevenLabsPhoneId": "<phone id>"}.`,
    )
    expect(message).toMatch(/Last attempt: ElevenLabs phoneNumbers.create: /)
  })

  test('of the daily limit, names who waits and both ways out', async () => {
    await signUp(world)
    // At the limit the order waits for minutes, so it is not run to its end.
    await signUpInVain({ name: 'Premium Auto Sales' })

    const message = await messageOf('purchase_limit_reached')

    expect(message).toContain('organization "Premium Auto Sales" waits')
    expect(message).toContain('raise PURCHASE_DAILY_LIMIT in .env and restart the server')
    expect(message).toContain('POST /api/admin/orders/<id>/cancel')
  })

  test.each([
    ['twilio', { twilioAuthToken: 'changed' }, 'TWILIO_AUTH_TOKEN'],
    ['elevenlabs', { elevenLabsApiKey: 'changed' }, 'ELEVENLABS_API_KEY'],
  ])(
    'of an account that %s refuses, names the settings to check',
    async (_name, wrong, setting) => {
      await control(world, 'POST', 'credentials', wrong)
      await signUpInVain()

      const message = await messageOf('account_problem')

      expect(message).toContain(`${setting} in .env`)
      expect(message).toContain('Orders for numbers and changes of numbers wait')
    },
  )
})
