import express, { type Request } from 'express'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, test } from 'vitest'
import {
  accountSid,
  authToken,
  call,
  serverForTest,
  twilioClient,
  twinsForTest,
} from './support.ts'

const from = '+17785550100'
const to = '+16045552000'

/** An application that answers with `status` on /sms and 200 on /fallback, and what it received. */
async function application({ status, reply }: { status: number; reply: string }) {
  const received: Request[] = []
  const app = express().use(express.urlencoded({ extended: false }))
  app.post('/sms', (req, res) => {
    received.push(req)
    res.status(status).type('text/xml').send(reply)
  })
  app.post('/fallback', (req, res) => {
    received.push(req)
    res.type('text/xml').send('<Response/>')
  })
  return { origin: await serverForTest(app), received }
}

describe('control/sms', () => {
  test('to an owned number, delivers a signed webhook and returns the answer', async () => {
    const twins = await twinsForTest()
    const { origin, received } = await application({
      status: 200,
      reply: '<Response><Message>Thanks &amp; bye</Message></Response>',
    })
    const smsUrl = `${origin}/sms?tenant=1#rc=2`
    await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber: to, smsUrl })
    const { status, body } = await call(twins, 'POST', '/control/sms', {
      from,
      to,
      body: 'Is it in stock?',
      mediaUrls: ['https://example.test/car.jpg'],
      extra: { MessagingServiceSid: 'MG1', Repeated: ['b', 'a', 'b'] },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 200, messageSid: expect.stringMatching(/^MM/) })
    const [request] = received
    expect(request?.body).toMatchObject({
      MessageSid: body.messageSid,
      AccountSid: accountSid,
      From: from,
      To: to,
      Body: 'Is it in stock?',
      NumMedia: '1',
      MediaUrl0: expect.stringMatching(
        new RegExp(
          `^${twins.origin}/twilio/api/.*/Messages/${body.messageSid}/Media/ME[0-9a-f]{32}$`,
        ),
      ),
      MediaContentType0: 'image/jpeg',
      MessagingServiceSid: 'MG1',
      FromCity: 'SURREY',
      ToCountry: 'CA',
      SmsStatus: 'received',
    })
    const signature = String(request?.get('x-twilio-signature'))
    const url = `${origin}/sms?tenant=1`
    expect(validateRequest(authToken, signature, url, request?.body)).toBe(true)
    expect(validateRequest(authToken, signature, `${origin}/sms`, request?.body)).toBe(false)
    const state = await call(twins, 'GET', '/control/state')
    expect(state.body.twilio.messages).toMatchObject([
      { sid: body.messageSid, direction: 'inbound', status: 'received', num_media: '1' },
      { direction: 'outbound-reply', from: to, to: from, body: 'Thanks & bye' },
    ])
  })

  test.each([
    ['error', 500, '<Response/>', '11200'],
    ['broken TwiML', 200, '<Response><Message>', '12100'],
  ])('application answers with %s, calls the fallback once', async (_name, status, reply, code) => {
    const twins = await twinsForTest()
    const { origin, received } = await application({ status, reply })
    await twilioClient(twins).incomingPhoneNumbers.create({
      phoneNumber: to,
      smsUrl: `${origin}/sms`,
      smsFallbackUrl: `${origin}/fallback`,
    })
    const answer = await call(twins, 'POST', '/control/sms', { from, to, body: 'Hi' })
    expect(answer.body).toMatchObject({ status: 200, body: '<Response/>' })
    expect(received.map((request) => request.path)).toEqual(['/sms', '/fallback'])
    expect(received[1]?.body).toMatchObject({
      Body: 'Hi',
      ErrorCode: code,
      ErrorUrl: `${origin}/sms`,
    })
  })

  test('application out of reach and no fallback, gives no status', async () => {
    const twins = await twinsForTest()
    // Nobody listens on port 1 of the loopback interface.
    const smsUrl = 'http://127.0.0.1:1/sms'
    await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber: to, smsUrl })
    const answer = await call(twins, 'POST', '/control/sms', { from, to, body: 'Hi' })
    expect(answer.body).toMatchObject({ status: null, body: null })
  })

  test('after the token changed, signs with the new one', async () => {
    const twins = await twinsForTest()
    const { origin, received } = await application({ status: 200, reply: '' })
    const smsUrl = `${origin}/sms`
    await twilioClient(twins).incomingPhoneNumbers.create({ phoneNumber: to, smsUrl })
    await call(twins, 'POST', '/control/credentials', { twilioAuthToken: 'other' })
    await call(twins, 'POST', '/control/sms', { from, to, body: 'Hi' })
    const signature = String(received[0]?.get('x-twilio-signature'))
    expect(validateRequest('other', signature, smsUrl, received[0]?.body)).toBe(true)
  })

  test('to a number of nobody, is a 404 problem', async () => {
    const reply = await call(await twinsForTest(), 'POST', '/control/sms', { from, to, body: '' })
    expect(reply).toMatchObject({ status: 404, body: { status: 404, title: 'Not Found' } })
  })

  test('not JSON, is a 400 that says so', async () => {
    const { origin } = await twinsForTest()
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: '{"from"' }
    const response = await fetch(`${origin}/control/sms`, init)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('not valid JSON')
  })

  test('without a body, is a 400 that names the field', async () => {
    const reply = await call(await twinsForTest(), 'POST', '/control/sms', { from, to })
    expect(reply.status).toBe(400)
    expect(reply.body.detail).toContain('body')
  })
})
