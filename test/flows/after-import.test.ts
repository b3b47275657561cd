import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { atCarriers, control, fault, runOrders, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const FALLBACK = 'http://127.0.0.1:9/fallback'

describe('a number that was imported a moment ago', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({
      settings: { VOICE_FALLBACK_URL: FALLBACK },
      timings: { orderBackoffMs: 10, orderBackoffMaxMs: 20 },
    })
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  const reads = async () => {
    const { requests } = await atCarriers(world)
    return [
      requests.twilio['incomingPhoneNumbers.fetch'] ?? 0,
      requests.elevenlabs['phoneNumbers.get'] ?? 0,
    ] as [number, number]
  }
  const atTwilio = async (phoneNumber: string | null) =>
    (await atCarriers(world)).twilio.numbers.find(
      ({ phone_number }: { phone_number: string }) => phone_number === phoneNumber,
    )

  test('has again what the import cleared, and is read once at each carrier', async () => {
    const [fetched, got] = await reads()

    const { organization } = await signUp(world)

    expect(organization).toMatchObject({ phoneNumberStatus: 'active' })
    expect(await reads()).toEqual([fetched + 1, got + 1])
    expect(await atTwilio(organization.phoneNumber)).toMatchObject({
      voice_fallback_url: FALLBACK,
      voice_url: expect.stringContaining('/elevenlabs/twilio/inbound_call'),
    })
  })

  test('is synced like any other, if what the import cleared cannot be set at once', async () => {
    await fault(world, 'twilio', 'incomingPhoneNumbers.update', 'error', { status: 500, times: 2 })

    const { organization } = await signUp(world)
    await runOrders(world)

    expect(await atTwilio(organization.phoneNumber)).toMatchObject({ voice_fallback_url: FALLBACK })
  })
})
