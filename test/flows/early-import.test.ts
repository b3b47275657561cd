import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { releaseHeld, untilHeld } from '../support/held.ts'
import { buyAtTwilio } from '../support/manual.ts'
import {
  atCarriers,
  control,
  fault,
  notifications,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** How often ElevenLabs was asked since for an import that is there already. */
async function questionsIn(world: World): Promise<() => Promise<number>> {
  const asked = async () => (await atCarriers(world)).requests.elevenlabs['phoneNumbers.list'] ?? 0
  const before = await asked()
  return async () => (await asked()) - before
}

describe('while a number is bought', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ timings: { orderBackoffMs: 10, orderBackoffMaxMs: 20 } })
  })
  let questions: () => Promise<number>
  beforeEach(async () => {
    questions = await questionsIn(world)
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  test('ElevenLabs is asked for it, and not again before its import', async () => {
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'hold_before')

    const signing = signUp(world)
    await expect.poll(questions).toBe(1)
    await releaseHeld(world)

    expect((await signing).organization).toMatchObject({ phoneNumberStatus: 'active' })
    expect(await questions()).toBe(1)
  })

  test('a question that fails, costs no attempt, and is asked anew', async () => {
    await fault(world, 'elevenlabs', 'phoneNumbers.list', 'error', { status: 401, times: 1 })

    const { organization } = await signUp(world)

    expect(organization).toMatchObject({ phoneNumberStatus: 'active', phoneNumberError: null })
    expect(await questions()).toBe(2)
    expect(await notifications(world, '?status=pending')).toEqual([])
  })

  test('a number that somebody else buys first, leaves its question behind, and the next has its own', async () => {
    await fault(world, 'twilio', 'incomingPhoneNumbers.create', 'hold_before')
    await fault(world, 'elevenlabs', 'phoneNumbers.list', 'error', { status: 401, times: 1 })
    const signing = signUp(world)
    await expect.poll(questions).toBe(1)
    await untilHeld(world)
    const [chosen] = await world.sql<{ phone_number: string }>(
      "select phone_number from number_order_attempts where outcome = 'open'",
    )
    await buyAtTwilio(world, { PhoneNumber: chosen?.phone_number ?? '' })
    await releaseHeld(world)

    const { organization } = await signing

    expect(organization).toMatchObject({ phoneNumberStatus: 'active', phoneNumberError: null })
    expect(organization.phoneNumber).not.toBe(chosen?.phone_number)
    expect(await questions()).toBe(2)
    expect(await notifications(world, '?status=pending')).toEqual([])
  })
})

describe('while a number is bought that is not to be imported', () => {
  let world: World
  afterEach(() => world.stop())

  test.each([{ ELEVENLABS_IMPORT: 'manual' }, { INBOUND_VOICE: 'server' }])(
    'under %j, ElevenLabs is asked nothing',
    async (settings) => {
      world = await startWorld({ settings })
      await world.sql('update deployment set inbound_voice = $1', [
        world.context.config.voice.inbound,
      ])
      const questions = await questionsIn(world)

      const { organization } = await signUp(world)
      await runOrders(world)

      expect(organization.phoneNumber).toMatch(/^\+1/)
      expect(await questions()).toBe(0)
    },
  )
})
