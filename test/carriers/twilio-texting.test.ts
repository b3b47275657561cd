import { describe, expect, test } from 'vitest'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import {
  answer,
  type Behaviour,
  carrierErrorOf,
  carrierServer,
  drop,
} from '../support/carrier-server.ts'

const from = '+16045552000'
const to = '+17785550100'
const statusCallback = 'https://line.example.com/status?message=1'
const row = (sid: string, more: object = {}) => ({
  sid,
  status: 'queued',
  error_code: null,
  body: 'Hello',
  date_created: 'Sat, 21 Nov 2026 09:00:00 +0000',
  ...more,
})

async function textingAt(...behaviours: Behaviour[]) {
  const server = await carrierServer(...behaviours)
  const telephony = createTwilioTelephony(
    createTwilioClient({
      accountSid: 'AC00000000000000000000000000000001',
      authToken: 'token',
      baseUrl: server.origin,
      timeoutMs: 2_000,
    }),
  )
  const sent = () => Object.fromEntries(new URLSearchParams(server.requests[0]?.body))
  const send = (more: object = {}) =>
    telephony.sendMessage({
      from,
      to,
      body: 'Hello',
      mediaUrls: [],
      serviceSid: null,
      statusCallback,
      ...more,
    })
  return { server, telephony, sent, send }
}

describe('Twilio texting, sending', () => {
  test('from a number in no service: names the number, the body and where to tell the status', async () => {
    const { send, sent } = await textingAt(answer(201, row('SM1')))

    const message = await send()

    expect(message).toEqual({ sid: 'SM1', status: 'queued', errorCode: null })
    expect(sent()).toEqual({ From: from, To: to, Body: 'Hello', StatusCallback: statusCallback })
  })

  test('from a number in a service: names the number all the same', async () => {
    const { send, sent } = await textingAt(answer(201, row('SM1', { status: 'accepted' })))

    const message = await send({ serviceSid: 'MG1', mediaUrls: ['https://a.example/1.jpg'] })

    expect(message.status).toBe('queued')
    expect(sent()).toMatchObject({
      From: from,
      MessagingServiceSid: 'MG1',
      MediaUrl: 'https://a.example/1.jpg',
    })
  })

  test.each([
    ['an answer that never comes', drop],
    ['a failure at Twilio', answer(503, { code: 20503, message: 'down' })],
    ['an answer without a SID', answer(201, { status: 'queued' })],
  ])('with %s: asks once, and nobody knows the outcome', async (_name, behaviour) => {
    const { send, server } = await textingAt(behaviour)

    const error = await carrierErrorOf(send())

    expect(error.outcomeUnknown).toBe(true)
    expect(server.requests).toHaveLength(1)
  })

  test('a text that is refused: has the code of the refusal', async () => {
    const { send } = await textingAt(answer(400, { code: 21610, message: 'unsubscribed' }))

    const error = await carrierErrorOf(send())

    expect(error).toMatchObject({ kind: 'rejected', code: '21610', outcomeUnknown: false })
  })
})

describe('Twilio texting, looking for a text', () => {
  test('among others: finds those with this body since then, the oldest first', async () => {
    const { telephony, server } = await textingAt(
      answer(200, {
        messages: [
          row('SM4', { status: 'failed', error_code: 30007 }),
          row('SM3', { body: 'Sent from your Twilio trial account - Hello' }),
          row('SM2', { body: 'Something else' }),
          row('SM1', { date_created: 'Sat, 21 Nov 2026 08:00:00 +0000' }),
        ],
      }),
    )

    const found = await telephony.findMessages({
      from,
      to,
      body: 'Hello',
      since: new Date('2026-11-21T09:00:00.500Z'),
    })

    expect(found).toEqual([
      { sid: 'SM3', status: 'queued', errorCode: null },
      { sid: 'SM4', status: 'failed', errorCode: '30007' },
    ])
    const { searchParams } = new URL(server.requests[0]?.url ?? '', server.origin)
    expect(Object.fromEntries(searchParams)).toMatchObject({ From: from, To: to })
  })
})

describe('Twilio texting, with Messaging Services', () => {
  test.each([true, false])('one whose useInboundWebhookOnNumber is %s: tells so', async (flag) => {
    const { telephony, server } = await textingAt(
      answer(200, { sid: 'MG1', use_inbound_webhook_on_number: flag }),
    )

    const service = await telephony.getMessagingService('MG1')

    expect(service).toEqual({ leavesInbound: flag })
    expect(server.requests[0]?.url).toBe('/messaging/v1/Services/MG1')
  })

  test('a number that is in the service already: is no error', async () => {
    const { telephony, server } = await textingAt(answer(409, { code: 21710, message: 'there' }))

    await telephony.attachToService('MG1', 'PN1')

    expect(server.requests[0]).toMatchObject({
      url: '/messaging/v1/Services/MG1/PhoneNumbers',
      body: 'PhoneNumberSid=PN1',
    })
  })

  test('a number that is in another service: is one', async () => {
    const { telephony } = await textingAt(answer(409, { code: 21712, message: 'elsewhere' }))

    const error = await carrierErrorOf(telephony.attachToService('MG1', 'PN1'))

    expect(error).toMatchObject({ kind: 'rejected', code: '21712' })
  })

  test.each([
    ['is in the service', answer(204, '')],
    ['is not in the service', answer(404, { code: 20404, message: 'not found' })],
  ])('a number taken out that %s: is out', async (_name, behaviour) => {
    const { telephony, server } = await textingAt(behaviour)

    await telephony.detachFromService('MG1', 'PN1')

    expect(server.requests[0]?.url).toBe('/messaging/v1/Services/MG1/PhoneNumbers/PN1')
  })
})
