import { describe, expect, test } from 'vitest'
import { startTwins, type Twins } from '../../sandbox/twins/twins.ts'
import { releaseHeld } from '../support/held.ts'
import { accountSid, call, eleven, importOf, twilioClient, twinsForTest } from './support.ts'

const operation = 'incomingPhoneNumbers.create'
const phoneNumber = '+16045552000'

async function addFault(twins: Twins, fault: object) {
  return await call(twins, 'POST', '/control/faults', { carrier: 'twilio', operation, ...fault })
}

async function countNumbers(twins: Twins): Promise<number> {
  return (await call(twins, 'GET', '/control/state')).body.twilio.numbers.length
}

describe('faults', () => {
  test.each([
    [429, 20429],
    [401, 20003],
    [404, 20404],
    [503, 20503],
    [502, 20500],
  ])('error, status %i at Twilio, is answered so and not processed', async (status, code) => {
    const twins = await twinsForTest()
    const client = twilioClient(twins)
    await addFault(twins, { kind: 'error', status, times: 2 })
    for (const _ of [1, 2]) {
      const buying = client.incomingPhoneNumbers.create({ phoneNumber })
      await expect(buying).rejects.toMatchObject({ status, code })
    }
    expect(await countNumbers(twins)).toBe(0)
    await client.incomingPhoneNumbers.create({ phoneNumber })
    expect(await countNumbers(twins)).toBe(1)
  })

  test('error, at ElevenLabs, has its format and counts as a request', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { carrier: 'elevenlabs', operation: 'agents.list', kind: 'error' })
    expect(await eleven(twins, 'GET', '/convai/agents')).toMatchObject({
      status: 500,
      body: { detail: { status: 'internal_error' } },
    })
    const { body } = await call(twins, 'GET', '/control/state')
    expect(body.requests.elevenlabs).toEqual({ 'agents.list': 1 })
  })

  test('garbage, answers a page with 200 and never buys', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'garbage' })
    const path = `/twilio/api/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`
    const page = await fetch(`${twins.origin}${path}`, { method: 'POST' })
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await page.text()).toContain('<!DOCTYPE html>')
    expect(await countNumbers(twins)).toBe(0)
  })

  test('timeout, without ms, leaves the client waiting and never buys', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'timeout' })
    const client = twilioClient(twins, { timeout: 200 })
    const buying = client.incomingPhoneNumbers.create({ phoneNumber })
    await expect(buying).rejects.toMatchObject({ code: 'ECONNABORTED' })
    expect(await countNumbers(twins)).toBe(0)
  })

  test('timeout, with ms, drops the connection', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'timeout', ms: 10 })
    const buying = twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
    await expect(buying).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await countNumbers(twins)).toBe(0)
  })

  test('lost_reply, with ms, has bought when the connection drops', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'lost_reply', ms: 10 })
    const buying = twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
    await expect(buying).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await countNumbers(twins)).toBe(1)
  })

  test('late, without ms, drops at once and buys once it is released', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'late' })
    const buying = twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
    await expect(buying).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await countNumbers(twins)).toBe(0)
    await releaseHeld({ twins })
    await expect.poll(() => countNumbers(twins)).toBe(1)
  })

  test('late, with ms, drops at once and buys afterwards', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'late', ms: 200 })
    const buying = twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
    await expect(buying).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await countNumbers(twins)).toBe(0)
    await expect.poll(() => countNumbers(twins)).toBe(1)
  })

  test('slow, answers like any other call', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'slow', ms: 20 })
    const bought = await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
    expect(bought.phoneNumber).toBe(phoneNumber)
  })

  test('calls between the twins, fault on their operation, are not disturbed', async () => {
    const twins = await twinsForTest()
    await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
    await addFault(twins, { operation: 'incomingPhoneNumbers.list', kind: 'error' })
    const reply = await eleven(twins, 'POST', '/convai/phone-numbers', importOf(phoneNumber))
    expect(reply.status).toBe(200)
    const left = await call(twins, 'GET', '/control/faults')
    expect(left.body.faults).toMatchObject([{ operation: 'incomingPhoneNumbers.list', times: 1 }])
  })

  test('cleared, are gone', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'error' })
    const none = { faults: [], held: [] }
    expect((await call(twins, 'DELETE', '/control/faults')).body).toEqual(none)
    expect((await call(twins, 'GET', '/control/faults')).body).toEqual(none)
  })

  test.each([
    ['unknown operation', { operation: 'messages.burn', kind: 'error' }, 'incomingPhoneNumbers'],
    ['unknown kind', { kind: 'flood' }, 'kind'],
    ['slow without ms', { kind: 'slow' }, 'ms'],
    ['unknown key', { kind: 'error', colour: 'red' }, 'colour'],
  ])('set, %s, is a 400 that says so', async (_name, fault, word) => {
    const reply = await addFault(await twinsForTest(), fault)
    expect(reply.status).toBe(400)
    expect(reply.body.detail).toContain(word)
  })

  test('close, connections left hanging, ends and cuts them', async () => {
    const twins = await startTwins({ port: 0 })
    await addFault(twins, { kind: 'timeout' })
    const buying = twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
    const outcome = buying.catch((error) => error.code)
    const requests = async () => (await call(twins, 'GET', '/control/state')).body.requests.twilio
    await expect.poll(requests).toEqual({ [operation]: 1 })
    await twins.close()
    expect(await outcome).toBe('ECONNRESET')
  })
})
