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
      timeoutMs: 60_000,
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

    expect(message).toEqual({ sid: 'SM1', status: 'queued', errorCode: null, failure: null })
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

    expect(error).toMatchObject({
      kind: 'rejected',
      failure: 'opted_out',
      code: '21610',
      outcomeUnknown: false,
    })
  })
})

describe('Twilio texting, looking for a text', () => {
  test('among others: finds those with this body since then, the oldest first', async () => {
    const { telephony, server } = await textingAt(
      answer(200, {
        messages: [
          row('SM4', { status: 'failed', error_code: 30007 }),
          row('SM3', { body: 'Sent from your Twilio trial account - Hello' }),
          row('SM2', { body: 'Something else, and Hello' }),
          row('MM2', { num_media: '1' }),
          row('SM1', { date_created: 'Sat, 21 Nov 2026 08:00:00 +0000' }),
        ],
      }),
    )

    const found = await telephony.findMessages({
      from,
      to,
      body: 'Hello',
      media: 0,
      since: new Date('2026-11-21T09:00:00.500Z'),
    })

    expect(found).toEqual([
      { sid: 'SM3', status: 'queued', errorCode: null, failure: null },
      { sid: 'SM4', status: 'failed', errorCode: '30007', failure: 'filtered' },
    ])
    const { searchParams } = new URL(server.requests[0]?.url ?? '', server.origin)
    expect(Object.fromEntries(searchParams)).toMatchObject({ From: from, To: to })
  })

  test('a text of media alone: is none of those with words, or with more media', async () => {
    const { telephony } = await textingAt(
      answer(200, {
        messages: [
          row('SM1'),
          row('MM2', { body: '', num_media: '2' }),
          row('MM3', { body: 'Sent from your Twilio trial account - ', num_media: '1' }),
          row('MM4', { body: '', num_media: '1' }),
        ],
      }),
    )

    const since = new Date('2026-11-21T09:00:00Z')
    const found = await telephony.findMessages({ from, to, body: '', media: 1, since })

    expect(found.map(({ sid }) => sid)).toEqual(['MM4', 'MM3'])
  })

  test('the texts between two: are those since then, without replies to keywords, the newest first', async () => {
    const { telephony, server } = await textingAt(
      answer(200, {
        messages: [
          row('SM3', { direction: 'outbound-reply' }),
          row('SM2', { direction: 'outbound-api' }),
          row('SM1', { date_created: 'Sat, 21 Nov 2026 08:00:00 +0000' }),
        ],
      }),
    )

    const since = new Date('2026-11-21T09:00:00Z')
    const found = await telephony.listSentTexts({ from, to, since })

    expect(found).toEqual([{ sid: 'SM2', at: expect.any(Date) }])
    const { searchParams } = new URL(server.requests[0]?.url ?? '', server.origin)
    expect(Object.fromEntries(searchParams)).toMatchObject({ From: from, To: to })
  })

  test('a text looked up: is told with what it costs, once it is sent', async () => {
    const sentAt = {
      date_sent: 'Sat, 21 Nov 2026 09:00:05 +0000',
      direction: 'outbound-api',
      from,
      to,
    }
    const { telephony, server } = await textingAt(
      answer(
        200,
        row('SM1', {
          ...sentAt,
          status: 'undelivered',
          error_code: 30007,
          num_segments: '2',
          price: '-0.01660',
          price_unit: 'USD',
        }),
      ),
      answer(200, row('SM1', { date_sent: null, direction: 'outbound-api' })),
      answer(404, { code: 20404, message: 'not found' }),
    )

    const reported = [await telephony.getMessage('SM1'), await telephony.getMessage('SM1')]

    expect(reported).toMatchObject([
      {
        sent: { sid: 'SM1', status: 'undelivered', errorCode: '30007', failure: 'filtered' },
        charge: { sid: 'SM1', kind: 'message', units: 2, price: 16_600, from, to },
      },
      { sent: { status: 'queued', errorCode: null, failure: null }, charge: null },
    ])
    expect(server.requests[0]?.url).toMatch(/\/Messages\/SM1\.json$/)
    expect(await telephony.getMessage('SM1')).toBeUndefined()
  })

  test('a text looked up while Twilio fails: throws, after one request', async () => {
    const { telephony, server } = await textingAt(answer(503, ''))

    const error = await carrierErrorOf(telephony.getMessage('SM1'))

    expect(error).toMatchObject({ kind: 'unreachable', operation: 'messages.fetch' })
    expect(server.requests).toHaveLength(1)
  })
})

describe('Twilio texting, with Messaging Services', () => {
  test.each([
    [true, [], 'none'],
    [false, ['VERIFIED'], 'approved'],
    [true, ['FAILED', 'IN_PROGRESS'], 'pending'],
    [true, ['PENDING'], 'pending'],
    [true, ['FAILED'], 'refused'],
    [true, [null], 'refused'],
  ])(
    'one whose useInboundWebhookOnNumber is %s, with campaigns %j: tells so',
    async (flag, statuses, campaign) => {
      const compliance = statuses.map((campaign_status) => ({ sid: 'QE1', campaign_status }))
      const { telephony, server } = await textingAt(
        answer(200, { sid: 'MG1', use_inbound_webhook_on_number: flag }),
        answer(200, { compliance, meta: { key: 'compliance' } }),
      )

      const service = await telephony.getMessagingService('MG1')

      expect(service).toEqual({ leavesInbound: flag, campaign })
      expect(server.requests.map(({ url }) => url?.split('?')[0])).toEqual([
        '/messaging/v1/Services/MG1',
        '/messaging/v1/Services/MG1/Compliance/Usa2p',
      ])
    },
  )

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
