import express, { type Request } from 'express'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, test } from 'vitest'
import { authToken, call, serverForTest, twilioClient, twinsForTest } from './support.ts'

const from = '+16045552000'
const to = '+17785550100'
const url = 'http://127.0.0.1:1/voice'

/** An account with one number, and an application that answers with TwiML. */
async function account() {
  const twins = await twinsForTest()
  const received: Request[] = []
  const app = express().use(express.urlencoded({ extended: false }))
  app.post('/:path', (req, res) => {
    received.push(req)
    res.type('text/xml').send('<Response><Say>Good day</Say><Hangup/></Response>')
  })
  const origin = await serverForTest(app)
  const client = twilioClient(twins)
  await client.incomingPhoneNumbers.create({ phoneNumber: from })
  const idle = () => call(twins, 'POST', '/control/idle')
  return { twins, client, origin, received, idle }
}

describe('calls', () => {
  test('create, customer answers, asks for TwiML and reports the end', async () => {
    const { client, origin, received, idle } = await account()
    const placed = await client.calls.create({
      from,
      to,
      url: `${origin}/voice`,
      statusCallback: `${origin}/status`,
    })
    expect(placed).toMatchObject({ from, to, status: 'queued', direction: 'outbound-api' })
    await idle()
    const [voice, status] = received
    expect(voice?.body).toMatchObject({
      CallSid: placed.sid,
      From: from,
      Called: to,
      CallStatus: 'in-progress',
      Direction: 'outbound-api',
    })
    const signature = String(voice?.get('x-twilio-signature'))
    expect(validateRequest(authToken, signature, `${origin}/voice`, voice?.body)).toBe(true)
    expect(status?.body).toMatchObject({ CallSid: placed.sid, CallStatus: 'completed' })
    expect(await client.calls(placed.sid).fetch()).toMatchObject({
      status: 'completed',
      duration: '3',
    })
  })

  test('create, TwiML of its own, is followed as what an application answers', async () => {
    const { client, origin, received, idle } = await account()
    const twiml = `<Response><Say>Hello</Say><Redirect>${origin}/next</Redirect></Response>`
    const placed = await client.calls.create({
      ...{ from, to, twiml },
      statusCallback: `${origin}/status`,
    })
    await idle()
    expect(received.map((req) => req.path)).toEqual(['/next', '/status'])
    // A sentence of its own, and one of the application.
    expect(await client.calls(placed.sid).fetch()).toMatchObject({
      status: 'completed',
      duration: '6',
    })
  })

  test('create, TwiML beside a URL, is passed over for the URL', async () => {
    const { client, origin, received, idle } = await account()
    await client.calls.create({ from, to, twiml: '<Response/>', url: `${origin}/voice` })
    await idle()
    expect(received.map((req) => req.path)).toEqual(['/voice'])
  })

  test('create, TwiML that is too long, is refused', async () => {
    const { client } = await account()
    const twiml = `<Response><Say>${'a'.repeat(4_000)}</Say></Response>`
    await expect(client.calls.create({ from, to, twiml })).rejects.toMatchObject({ code: 20001 })
    expect(await client.calls.list()).toEqual([])
  })

  test('create, customer does not answer, reports that and asks for nothing', async () => {
    const { twins, client, origin, received, idle } = await account()
    await call(twins, 'POST', '/control/answers', { number: to, result: 'no-answer', delayMs: 0 })
    const statusCallback = `${origin}/status`
    await client.calls.create({ from, to, url: `${origin}/voice`, statusCallback })
    await idle()
    expect(received.map(({ body }) => body.CallStatus)).toEqual(['no-answer'])
  })

  test('list, by number and status, is newest first', async () => {
    const { client, idle } = await account()
    const first = await client.calls.create({ from, to, url })
    await idle()
    const second = await client.calls.create({ from, to: '+17785550101', url })
    await idle()
    const sidsOf = async (filter: object) => (await client.calls.list(filter)).map(({ sid }) => sid)
    expect(await sidsOf({})).toEqual([second.sid, first.sid])
    expect(await sidsOf({ from, to, status: 'completed' })).toEqual([first.sid])
    expect(await sidsOf({ from: to })).toEqual([])
    expect(await sidsOf({ status: 'busy' })).toEqual([])
  })

  test('fetch, unknown SID, is 20404', async () => {
    const { client } = await account()
    await expect(client.calls('CAnone').fetch()).rejects.toMatchObject({ status: 404, code: 20404 })
  })

  test.each<[string, object, number]>([
    ['number of nobody', { from: '+16045552001' }, 21210],
    ['magic invalid number', { from: '+15005550001' }, 21212],
    ['magic number to: invalid', { to: '+15005550001' }, 21217],
    ['magic number to: unreachable', { to: '+15005550002' }, 21214],
    ['magic number to: no permission', { to: '+15005550003' }, 21215],
    ['magic number to: blocked', { to: '+15005550004' }, 21216],
    ['no number at all', { to: 'Ann' }, 21211],
    ['nothing to ask', { url: 'nowhere' }, 21205],
  ])('create, %s, is refused and not recorded', async (_name, changes, code) => {
    const { client } = await account()
    const placing = client.calls.create({ from, to, url, ...changes })
    await expect(placing).rejects.toMatchObject({ status: 400, code })
    expect(await client.calls.list()).toEqual([])
  })

  test('create, number of the test credentials, is accepted and dials nobody', async () => {
    const { client, received, idle, origin } = await account()
    const placed = await client.calls.create({ from: '+15005550006', to, url: `${origin}/voice` })
    expect(placed.status).toBe('queued')
    await idle()
    expect(received).toEqual([])
    expect(await client.calls.list()).toEqual([])
  })
})
