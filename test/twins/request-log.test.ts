import { describe, expect, test } from 'vitest'
import { createRequestLog } from '../../sandbox/twins/core/request-log.ts'
import type { Twins } from '../../sandbox/twins/twins.ts'
import { releaseHeld } from '../support/held.ts'
import { accountSid, call, eleven, importOf, twilioClient, twinsForTest } from './support.ts'

const create = 'incomingPhoneNumbers.create'

async function stateOf(twins: Twins) {
  return (await call(twins, 'GET', '/control/state')).body
}

async function addFault(twins: Twins, fault: object) {
  await call(twins, 'POST', '/control/faults', { carrier: 'twilio', operation: create, ...fault })
}

describe('request log', () => {
  test('requests answered and refused, tells each with its times and without its query', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'error', status: 429 })
    const client = twilioClient(twins)
    const refused = client.incomingPhoneNumbers.create({ phoneNumber: '+16045552000' })
    await expect(refused).rejects.toMatchObject({ status: 429 })
    await client.incomingPhoneNumbers.list({ phoneNumber: '+16045552000' })
    await eleven(twins, 'GET', '/convai/agents?search=secret')
    const { twilio, elevenlabs } = await stateOf(twins)
    const time = expect.stringMatching(/^\d{4}-.*Z$/)
    const path = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`
    const times = { startedAt: time, endedAt: time }
    expect(twilio.requests).toEqual([
      { operation: create, method: 'POST', path, status: 429, fault: 'error', ...times },
      {
        operation: 'incomingPhoneNumbers.list',
        method: 'GET',
        path,
        status: 200,
        fault: null,
        ...times,
      },
    ])
    expect(elevenlabs.requests).toMatchObject([{ path: '/v1/convai/agents', status: 200 }])
  })

  test('requests at the same time, counts them in flight, and anew after the log was cleared', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'hold_before', times: 3 })
    const client = twilioClient(twins)
    const lines = ['2000', '2001', '2002']
    const buying = lines.map((line) =>
      client.incomingPhoneNumbers.create({ phoneNumber: `+1604555${line}` }),
    )
    await expect.poll(async () => (await stateOf(twins)).twilio.inFlight).toBe(3)
    await client.incomingPhoneNumbers.list()
    const cleared = (await call(twins, 'DELETE', '/control/requests')).body
    expect(cleared.twilio).toMatchObject({
      inFlight: 3,
      maxInFlight: { [create]: 3 },
      maxInFlightTotal: 3,
    })
    expect(cleared.twilio.requests).toHaveLength(3)
    await releaseHeld({ twins }, 3)
    await Promise.all(buying)
    await call(twins, 'DELETE', '/control/requests')
    await client.incomingPhoneNumbers.list()
    expect((await stateOf(twins)).twilio).toMatchObject({
      requests: [{ operation: 'incomingPhoneNumbers.list' }],
      inFlight: 0,
      maxInFlight: { 'incomingPhoneNumbers.list': 1 },
      maxInFlightTotal: 1,
    })
  })

  test('client gave up, shows a request that ended without a status', async () => {
    const twins = await twinsForTest()
    await addFault(twins, { kind: 'timeout' })
    const client = twilioClient(twins, { timeout: 100 })
    const buying = client.incomingPhoneNumbers.create({ phoneNumber: '+16045552000' })
    await expect(buying).rejects.toMatchObject({ code: 'ECONNABORTED' })
    await expect.poll(async () => (await stateOf(twins)).twilio.inFlight).toBe(0)
    const [request] = (await stateOf(twins)).twilio.requests
    expect(request).toMatchObject({ status: null, fault: 'timeout', endedAt: expect.any(String) })
  })

  test('requests between the twins, are not in it', async () => {
    const twins = await twinsForTest()
    const phoneNumber = '+16045552000'
    await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber })
    await call(twins, 'DELETE', '/control/requests')
    await eleven(twins, 'POST', '/convai/phone-numbers', importOf(phoneNumber))
    expect((await stateOf(twins)).twilio.requests).toEqual([])
  })

  test('more than 5,000 requests, keeps the latest', () => {
    const log = createRequestLog()
    for (let index = 0; index <= 5000; index += 1) {
      const request = { operation: 'agents.get', method: 'GET', path: `/${index}`, fault: null }
      log.end(log.begin(request), 200)
    }
    const { requests, maxInFlight } = log.report()
    expect(requests).toHaveLength(5000)
    expect(requests[0]?.path).toBe('/1')
    expect(maxInFlight).toEqual({ 'agents.get': 1 })
  })
})
