import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { releaseHeld, untilHeld } from '../support/held.ts'
import { inTwilioConsole } from '../support/reconcile.ts'
import { atCarriers, control, fault, runOrders, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const FALLBACK = 'http://127.0.0.1:9/fallback'
const UNKNOWN = '7f0f0f4e-6b0e-4b8e-9c5e-0d6a1d1f2a3b'

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
  const updatesSoFar = async () =>
    (await atCarriers(world)).requests.twilio['incomingPhoneNumbers.update'] ?? 0
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

  test('and shows another mark by then, is changed at no carrier', async () => {
    const { sms_url: ours } = await atTwilio((await signUp(world)).organization.phoneNumber)
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'hold_before')
    const signing = signUp(world)
    await untilHeld(world)
    const [{ phone_number: number }] = (await world.sql(
      "select phone_number from phone_numbers where status = 'purchased'",
    )) as [{ phone_number: string }]
    const marked = ours.replace(/(?=#|$)/, `?quarantine=${UNKNOWN}`)
    await inTwilioConsole(world, number, { SmsUrl: marked })
    const updates = await updatesSoFar()
    await releaseHeld(world)
    await signing
    await runOrders(world)

    expect(await atTwilio(number)).toMatchObject({ sms_url: marked, voice_fallback_url: '' })
    expect(await updatesSoFar()).toBe(updates)
  })

  test('is synced like any other, if what the import cleared cannot be set at once', async () => {
    await fault(world, 'twilio', 'incomingPhoneNumbers.update', 'error', { status: 500, times: 2 })

    const { organization } = await signUp(world)
    await runOrders(world)

    expect(await atTwilio(organization.phoneNumber)).toMatchObject({ voice_fallback_url: FALLBACK })
  })
})
