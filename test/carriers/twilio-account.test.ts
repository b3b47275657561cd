import { describe, expect, test } from 'vitest'
import { createTwilioAccount } from '../../src/carriers/twilio/account/account.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { accountSid, authToken, call, twinsForTest } from '../twins/support.ts'

async function account() {
  const twins = await twinsForTest()
  const baseUrl = `${twins.origin}/twilio`
  const client = createTwilioClient({ accountSid, authToken, baseUrl, timeoutMs: 10_000 })
  const set = (settings: object) => call(twins, 'POST', '/control/settings', settings)
  const fail = (operation: string, status: number) =>
    call(twins, 'POST', '/control/faults', { carrier: 'twilio', operation, kind: 'error', status })
  return { ours: createTwilioAccount(client), set, fail }
}

describe('the account at Twilio', () => {
  test('as it is, is active and no trial', async () => {
    const { ours } = await account()

    expect(await ours.getAccount()).toEqual({ isActive: true, isTrial: false })
  })

  test('with little money left, says how much in micro-dollars', async () => {
    const { ours, set } = await account()
    await set({ funds: 12_345_600 })

    expect(await ours.getBalance()).toEqual({ micros: 12_345_600, currency: 'USD' })
  })

  test('of which another account has the money, says nothing of it', async () => {
    const { ours, fail } = await account()
    await fail('balance.fetch', 404)

    expect(await ours.getBalance()).toBe(null)
  })

  test('with countries turned off, names those of the ones asked for', async () => {
    const { ours, set } = await account()
    await set({ callsOff: ['US', 'FR'], textsOff: ['CA', 'FR'] })

    const closed = await ours.findClosed(['US', 'CA', 'GB'])

    expect(closed).toEqual({ calls: ['US'], texts: ['CA'] })
  })

  test('asked for a country that Twilio does not know, says nothing of it', async () => {
    const { ours } = await account()

    expect(await ours.findClosed(['ZZ'])).toEqual({ calls: [], texts: [] })
  })

  test('that is refused, is a failure of the account', async () => {
    const { ours, fail } = await account()
    await fail('api.accounts.fetch', 401)

    await expect(ours.getAccount()).rejects.toMatchObject({ kind: 'account' })
  })
})

describe('the twin, with a country turned off,', () => {
  test('refuses texts and calls there, and no others', async () => {
    const twins = await twinsForTest()
    const baseUrl = `${twins.origin}/twilio`
    const client = createTwilioClient({ accountSid, authToken, baseUrl, timeoutMs: 10_000 })
    await call(twins, 'POST', '/control/settings', { callsOff: ['US'], textsOff: ['CA'] })
    const from = '+15005550006'
    const codeOf = (sending: Promise<unknown>) =>
      sending.then(
        () => 'accepted',
        ({ code }: { code: number }) => code,
      )

    const text = (to: string) => codeOf(client.messages.create({ from, to, body: 'Hi' }))
    const dial = (to: string) =>
      codeOf(client.calls.create({ from, to, twiml: '<Response><Hangup/></Response>' }))

    expect(await text('+16045550123')).toBe(21408)
    expect(await text('+12125550123')).toBe('accepted')
    expect(await dial('+16045550123')).toBe(21215)
    expect(await dial('+442071838750')).toBe('accepted')
  })
})
