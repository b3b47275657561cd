import { describe, expect, test } from 'vitest'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import {
  answer,
  answerText,
  type Behaviour,
  carrierErrorOf,
  carrierServer,
  drop,
  everythingIn,
  hang,
} from '../support/carrier-server.ts'

const accountSid = 'AC00000000000000000000000000000001'
const authToken = 'twilio-token-0123456789'
const basic = Buffer.from(`${accountSid}:${authToken}`).toString('base64')

const purchase = {
  phoneNumber: '+16045552000',
  friendlyName: 'orgline:0123abcd:1',
  routing: { voiceUrl: 'https://a/voice', voiceFallbackUrl: '', smsUrl: '', smsFallbackUrl: '' },
}

async function twilioThat(...behaviours: Behaviour[]) {
  const server = await carrierServer(...behaviours)
  const client = createTwilioClient({
    ...{ accountSid, authToken },
    baseUrl: server.origin,
    timeoutMs: behaviours.includes(hang) ? 300 : 10_000,
  })
  return { server, client, telephony: createTwilioTelephony(client) }
}

const refusal = (status: number, code: number) => answer(status, { code, message: 'No.', status })

/** Every way in which a request can fail, and what it means to us. */
const failures: [name: string, Behaviour, kind: string, code: string | undefined][] = [
  ['401 of wrong credentials', refusal(401, 20003), 'account', '20003'],
  ['401 without a body', answerText(401, ''), 'account', undefined],
  ['403 of a suspended account', refusal(403, 20005), 'account', '20005'],
  ['400 of an account without funds', refusal(400, 21404), 'account', '21404'],
  ['404', refusal(404, 20404), 'not_found', '20404'],
  ['429', refusal(429, 20429), 'rate_limited', '20429'],
  ['400 of a number that is gone', refusal(400, 21422), 'rejected', '21422'],
  ['400 of an area code without stock', refusal(400, 21452), 'rejected', '21452'],
  ['400 of a proxy', answerText(400, '<html>Bad Request</html>'), 'rejected', undefined],
  ['408 of a proxy', answerText(408, ''), 'unreachable', undefined],
  ['500', refusal(500, 20500), 'unreachable', '20500'],
  ['503 of a proxy', answerText(503, '<html>Unavailable</html>'), 'unreachable', undefined],
  ['a dropped connection', drop, 'unreachable', undefined],
  ['no answer in time', hang, 'unreachable', undefined],
  ['a 200 that is no JSON', answerText(200, '<html>Welcome</html>'), 'bad_reply', undefined],
  ['a 200 without a body', answerText(200, ''), 'bad_reply', undefined],
  ['a 200 that breaks off', answerText(200, '{"sid": "PN'), 'bad_reply', undefined],
  ['a 200 of something else', answer(200, { hello: 'world' }), 'bad_reply', undefined],
]

describe('Twilio telephony', () => {
  test.each(failures)('buying, met by %s: fails with its kind', async (_, failure, kind, code) => {
    const { telephony } = await twilioThat(failure)

    const error = await carrierErrorOf(telephony.buyNumber(purchase))

    const isUnknown = kind === 'unreachable' || kind === 'bad_reply'
    expect(error).toMatchObject({
      carrier: 'twilio',
      operation: 'incomingPhoneNumbers.create',
      kind,
      code,
      outcomeUnknown: isUnknown,
    })
  })

  test.each(failures)('buying, met by %s: was sent exactly once', async (_, failure) => {
    const { telephony, server } = await twilioThat(failure)

    await carrierErrorOf(telephony.buyNumber(purchase))

    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  test.each([
    ['without a body', answerText(401, '')],
    ['with 20003', refusal(401, 20003)],
  ])(
    'buying, met by a 401 %s while numbers are told: is denied that alone, and others are asked once',
    async (_, failure) => {
      const { telephony, server } = await twilioThat(
        failure,
        answer(200, { incoming_phone_numbers: [] }),
      )

      const error = await carrierErrorOf(telephony.buyNumber(purchase))

      expect(error).toMatchObject({ kind: 'denied', outcomeUnknown: false })
      expect(server.requests).toHaveLength(2)
      expect(server.requests[1]?.url).toMatch(/IncomingPhoneNumbers\.json\?PageSize=1$/)
    },
  )

  test('buying, met by a 401 of an account that is not active: asks nothing more', async () => {
    const { telephony, server } = await twilioThat(refusal(401, 20005))

    const error = await carrierErrorOf(telephony.buyNumber(purchase))

    expect([error.kind, server.requests.length]).toEqual(['account', 1])
  })

  test('buying, met by a 401 while nobody is told anything: asks one thing more', async () => {
    const { telephony, server } = await twilioThat(refusal(401, 20003))

    const error = await carrierErrorOf(telephony.buyNumber(purchase))

    expect([error.kind, server.requests.length]).toEqual(['account', 2])
  })

  test.each(failures)('looking, met by %s: has no credentials in the error', async (_, failure) => {
    const { telephony } = await twilioThat(failure)

    const error = await carrierErrorOf(telephony.findNumber('+16045552000'))

    const text = everythingIn(error)
    expect(text).toContain('CarrierError')
    expect(text).not.toContain(authToken)
    expect(text).not.toContain(basic)
  })

  test('the SDK’s own error, looked through in the same way: does have them', async () => {
    const { client } = await twilioThat(drop)

    const error = await client.incomingPhoneNumbers.list().catch((thrown: unknown) => thrown)

    expect(everythingIn(error)).toContain(basic)
  })

  test('a refusal: is told in Twilio’s words, with status and code', async () => {
    const { telephony } = await twilioThat(
      answer(400, { code: 21422, message: 'PhoneNumber is not available', status: 400 }),
    )

    const error = await carrierErrorOf(telephony.buyNumber(purchase))

    expect(error.message).toBe(
      'Twilio incomingPhoneNumbers.create: PhoneNumber is not available [HTTP 400] (code 21422)',
    )
  })
})
