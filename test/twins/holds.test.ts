import { describe, expect, test } from 'vitest'
import type { Twins } from '../../sandbox/twins/twins.ts'
import { accountPath, atTwilio } from '../support/twilio-console.ts'
import { call, twilioClient, twinsForTest } from './support.ts'

const operation = 'incomingPhoneNumbers.create'
const phoneNumber = '+16045552000'

/** Twins that hold the next purchase, and a client that buys and may die meanwhile. */
async function holding(kind: string, more: object = {}) {
  const twins = await twinsForTest()
  const fault = { carrier: 'twilio', operation, kind, ...more }
  await call(twins, 'POST', '/control/faults', fault)
  const client = new AbortController()
  const buy = (number = phoneNumber) => buyAs(client, twins, number)
  const bought = async () => (await call(twins, 'GET', '/control/state')).body.twilio.numbers.length
  const held = async () => (await call(twins, 'GET', '/control/faults')).body.held
  return { twins, client, buy, bought, held, release: () => release(twins) }
}

async function buyAs(client: AbortController, twins: Twins, number: string): Promise<number> {
  const path = `${accountPath}/IncomingPhoneNumbers.json`
  const form = { PhoneNumber: number }
  const { status } = await atTwilio(twins, 'POST', path, form, { signal: client.signal })
  return status
}

function release(twins: Twins) {
  return call(twins, 'POST', '/control/faults/release')
}

describe.each([
  ['hold_before', 0],
  ['hold_after', 1],
])('%s', (kind, processed) => {
  const what = { carrier: 'twilio', operation, kind }

  test('client waits, is shown and processed as it should be, and goes on when released', async () => {
    const { buy, bought, held, release } = await holding(kind)
    const buying = buy()
    await expect.poll(held).toEqual([{ ...what, since: expect.stringMatching(/Z$/) }])
    expect(await bought()).toBe(processed)
    expect((await release()).body).toMatchObject({ released: [what] })
    expect(await buying).toBe(201)
    expect(await bought()).toBe(1)
    expect(await held()).toEqual([])
  })

  test('client dies, is let go and leaves the world as it was at that moment', async () => {
    const { twins, client, buy, bought, held } = await holding(kind)
    const buying = buy()
    await expect.poll(held).toHaveLength(1)
    client.abort()
    await expect(buying).rejects.toThrow('abort')
    await expect.poll(held).toEqual([])
    expect(await bought()).toBe(processed)
    // The number is as free, or as taken, as that leaves it.
    const again = twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
    if (processed === 0) expect((await again).phoneNumber).toBe(phoneNumber)
    else await expect(again).rejects.toMatchObject({ code: 21422 })
  })

  test('to skip two, lets two pass and holds the third alone', async () => {
    const { buy, held, release } = await holding(kind, { skip: 2 })
    expect(await buy('+16045552001')).toBe(201)
    expect(await buy('+16045552002')).toBe(201)
    const third = buy('+16045552003')
    await expect.poll(held).toMatchObject([what])
    expect(await buy('+16045552004')).toBe(201)
    await release()
    expect(await third).toBe(201)
  })
})

describe('several faults on one operation', () => {
  test('one of them skipping, each comes at its own request', async () => {
    const { twins, buy, held } = await holding('hold_before', { skip: 2 })
    const error = { carrier: 'twilio', operation, kind: 'error', status: 503 }
    await call(twins, 'POST', '/control/faults', error)
    expect(await buy()).toBe(503)
    expect(await buy()).toBe(201)
    const third = buy('+16045552001')
    await expect.poll(held).toHaveLength(1)
    await release(twins)
    expect(await third).toBe(201)
  })
})
