import express from 'express'
import { describe, expect, test } from 'vitest'
import type { Twins } from '../../sandbox/twins/twins.ts'
import { outboundLine } from './outbound-line.ts'
import { call, serverForTest, stateFileForTest, twilioClient, twinsForTest } from './support.ts'

const to = '+16045552000'

/** An application that keeps what came in, and answers as `answer` says. */
async function textLine(answer: (body: string) => Promise<void> = async () => undefined) {
  const twins = await twinsForTest()
  const events: string[] = []
  const app = express().use(express.urlencoded({ extended: false }))
  app.post('/sms', async (req, res) => {
    events.push(`${req.body.Body} arrives`)
    await answer(req.body.Body)
    events.push(`${req.body.Body} answered`)
    res.type('text/xml').send('<Response/>')
  })
  const smsUrl = `${await serverForTest(app)}/sms`
  await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber: to, smsUrl })
  const text = (body: string) =>
    call(twins, 'POST', '/control/sms', { from: '+17785550100', to, body })
  return { twins, events, text }
}

function setFault(twins: Twins, fault: object) {
  return call(twins, 'POST', '/control/faults', { carrier: 'twilio', operation: 'sms', ...fault })
}

async function faultsOf(twins: Twins) {
  return (await call(twins, 'GET', '/control/faults')).body
}

describe('duplicate_webhook', () => {
  test('without ms, comes again when it has been answered, and only as often as told', async () => {
    const { twins, events, text } = await textLine()
    await setFault(twins, { kind: 'duplicate_webhook', times: 2 })
    for (const body of ['a', 'b', 'c']) {
      expect((await text(body)).body).toMatchObject({ status: 200, body: '<Response/>' })
    }
    const once = (body: string) => [`${body} arrives`, `${body} answered`]
    expect(events).toEqual([...'aabbc'].flatMap(once))
    expect(await faultsOf(twins)).toEqual({ faults: [], held: [] })
  })

  test('ms 0, arrives twice before either is answered', async () => {
    let arrived = 0
    let both = () => {}
    const bothArrived = new Promise<void>((resolve) => {
      both = resolve
    })
    const { twins, events, text } = await textLine(async () => {
      arrived += 1
      if (arrived === 2) both()
      await bothArrived
    })
    await setFault(twins, { kind: 'duplicate_webhook', ms: 0 })
    await text('a')
    expect(events).toEqual(['a arrives', 'a arrives', 'a answered', 'a answered'])
  })

  test('on a post-call webhook, delivers the same event under the same signature', async () => {
    const line = await outboundLine()
    const fault = { carrier: 'elevenlabs', operation: 'postCall', kind: 'duplicate_webhook' }
    await call(line.twins, 'POST', '/control/faults', fault)
    await line.dial()
    await line.idle()
    expect(line.received).toHaveLength(2)
    expect(line.received[1]).toEqual(line.received[0])
  })
})

describe('reorder', () => {
  test('another webhook follows, is delivered after that one was answered', async () => {
    const { twins, events, text } = await textLine()
    await setFault(twins, { kind: 'reorder', ms: 20_000, times: 2 })
    const first = text('a')
    const held = { carrier: 'twilio', operation: 'sms', kind: 'reorder' }
    await expect.poll(async () => (await faultsOf(twins)).held).toMatchObject([held])
    await text('b')
    await first
    expect(events).toEqual(['b arrives', 'b answered', 'a arrives', 'a answered'])
    expect((await faultsOf(twins)).faults).toMatchObject([{ times: 1 }])
  })

  test('no other webhook follows, is delivered after ms', async () => {
    const { twins, events, text } = await textLine()
    await setFault(twins, { kind: 'reorder', ms: 10 })
    expect((await text('a')).body.status).toBe(200)
    expect(events).toEqual(['a arrives', 'a answered'])
  })

  test('faults cleared, is delivered at once', async () => {
    const { twins, events, text } = await textLine()
    await setFault(twins, { kind: 'reorder', ms: 20_000 })
    const first = text('a')
    await expect.poll(async () => (await faultsOf(twins)).held).toHaveLength(1)
    const cleared = await call(twins, 'DELETE', '/control/faults')
    expect(cleared.body).toEqual({ faults: [], held: [] })
    await first
    expect(events).toHaveLength(2)
  })
})

describe('faults of webhooks', () => {
  test('set, twins restarted over their state, still hold', async () => {
    const stateFile = stateFileForTest()
    const first = await twinsForTest({ stateFile })
    const fault = { kind: 'reorder', times: 3, skip: 2, ms: 5 }
    await setFault(first, fault)
    await first.close()
    const second = await twinsForTest({ stateFile })
    expect((await faultsOf(second)).faults).toMatchObject([{ ...fault, operation: 'sms' }])
  })

  test.each([
    ['duplicate of a request', 'incomingPhoneNumbers.create', 'duplicate_webhook', 'hold_before'],
    ['lost reply of a webhook', 'sms', 'lost_reply', 'duplicate_webhook, reorder'],
    ['webhook of the other carrier', 'postCall', 'reorder', 'sms, voice, callStatus'],
  ])('set, %s, is a 400 that says what there is', async (_name, operation, kind, words) => {
    const twins = await twinsForTest()
    const reply = await setFault(twins, { operation, kind })
    expect(reply.status).toBe(400)
    expect(reply.body.detail).toContain(words)
    expect(await faultsOf(twins)).toEqual({ faults: [], held: [] })
  })
})

describe('a webhook that is refused', () => {
  test('with a 403, is in the state with its address; one that is taken, is not', async () => {
    const twins = await twinsForTest()
    const app = express()
    let status = 403
    app.post('/sms', (_req, res) => void res.sendStatus(status))
    const smsUrl = `${await serverForTest(app)}/sms`
    await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber: to, smsUrl })
    const text = () =>
      call(twins, 'POST', '/control/sms', { from: '+17785550100', to, body: 'Hello' })
    await text()
    status = 200
    await text()

    const { refused } = (await call(twins, 'GET', '/control/state')).body
    expect(refused).toEqual([{ carrier: 'twilio', operation: 'sms', url: smsUrl, status: 403 }])
  })
})
