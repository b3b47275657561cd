import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createElevenLabsClient } from '../../src/carriers/elevenlabs/client.ts'
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

const apiKey = 'elevenlabs-key-0123456789'

/** The error of one POST that is met by this behaviour, and later requests by the others. */
async function errorOf(...behaviours: [Behaviour, ...Behaviour[]]) {
  return (await failureOf(...behaviours)).error
}

async function failureOf(...behaviours: [Behaviour, ...Behaviour[]]) {
  const server = await carrierServer(...behaviours)
  const timeoutMs = behaviours[0] === hang ? 300 : 10_000
  const client = createElevenLabsClient({
    baseUrl: server.origin,
    apiKey,
    timeoutMs,
    readAgainMs: 5,
  })
  const error = await carrierErrorOf(
    client({
      operation: 'phoneNumbers.create',
      method: 'POST',
      path: 'convai/phone-numbers',
      body: {},
      reply: z.object({ phone_number_id: z.string() }),
    }),
  )
  return { error, asked: server.requests.map(({ method, url }) => `${method} ${url}`) }
}

const CANARY = 'GET /v1/convai/v2/phone-numbers?page_size=1'
const unauthorized = answer(401, { detail: 'Unauthorized' })

/** Every way in which a request can fail, and what it means to us. */
const failures: [name: string, Behaviour, kind: string, isUnknown: boolean][] = [
  ['401', answer(401, { detail: 'Invalid API key' }), 'account', false],
  ['403', answer(403, { detail: 'Forbidden' }), 'rejected', false],
  ['404', answer(404, { detail: 'Not Found' }), 'not_found', false],
  ['409', answer(409, { detail: 'Exists' }), 'rejected', false],
  ['422', answer(422, { detail: 'Wrong' }), 'rejected', false],
  ['429', answer(429, { detail: 'Slow down' }), 'rate_limited', false],
  ['408 of a proxy', answerText(408, ''), 'unreachable', true],
  ['500', answer(500, { detail: 'Internal error' }), 'unreachable', true],
  ['503 of a proxy', answerText(503, '<html>'), 'unreachable', true],
  ['a dropped connection', drop, 'unreachable', true],
  ['no answer in time', hang, 'unreachable', true],
  ['a 200 that is no JSON', answerText(200, '<html>Welcome</html>'), 'bad_reply', true],
  ['a 200 without a body', answerText(200, ''), 'bad_reply', true],
  ['a 200 of something else', answer(200, { phone_number_id: 7 }), 'bad_reply', true],
]

describe('ElevenLabs client', () => {
  test.each(failures)('met by %s: fails with its kind', async (_, behaviour, kind, isUnknown) => {
    const error = await errorOf(behaviour)

    expect(error).toMatchObject({
      carrier: 'elevenlabs',
      operation: 'phoneNumbers.create',
      kind,
      outcomeUnknown: isUnknown,
    })
  })

  test.each(failures)('met by %s: has no key in the error', async (_, behaviour) => {
    const error = await errorOf(behaviour)

    const text = everythingIn(error)
    expect(text).toContain('CarrierError')
    expect(text).not.toContain(apiKey)
  })

  test('met by a 401, with a key that is taken elsewhere: is denied that alone', async () => {
    const { error, asked } = await failureOf(unauthorized, answer(200, { phone_numbers: [] }))

    expect(error).toMatchObject({ kind: 'denied', outcomeUnknown: false })
    expect(error.message).toBe('ElevenLabs phoneNumbers.create: Unauthorized [HTTP 401]')
    expect(asked).toEqual(['POST /v1/convai/phone-numbers', CANARY])
  })

  test.each<[string, Behaviour]>([
    ['refused', unauthorized],
    ['not answered', drop],
  ])(
    'met by a 401, with a key that is %s elsewhere: asks once, and all is refused',
    async (_, canary) => {
      const { error, asked } = await failureOf(unauthorized, canary)

      expect(error.kind).toBe('account')
      expect(asked).toEqual(['POST /v1/convai/phone-numbers', CANARY])
    },
  )

  test('met by a 401, with a key that lacks the right for that: is refused, and asks nothing', async () => {
    const detail = { status: 'missing_permissions', message: 'The API key lacks convai_write' }

    const { error, asked } = await failureOf(answer(401, { detail }))

    expect([error.kind, asked.length]).toEqual(['rejected', 1])
  })

  test.each([
    [
      'a status and a message',
      { detail: { status: 'phone_number_already_exists', message: 'It already exists' } },
      'It already exists [HTTP 400] (code phone_number_already_exists)',
      'phone_number_already_exists',
    ],
    [
      'a message alone',
      { detail: { message: 'It already exists' } },
      'It already exists [HTTP 400]',
      undefined,
    ],
    [
      'a list of faults',
      {
        detail: [
          { type: 'missing', loc: ['body', 'label'], msg: 'Field required', input: { token: 't' } },
          { type: 'missing', msg: 'Not even a place' },
        ],
      },
      'body.label: Field required; body: Not even a place [HTTP 400]',
      undefined,
    ],
    ['a text', { detail: 'Not like this' }, 'Not like this [HTTP 400]', undefined],
    ['something else', { error: 'Unknown form' }, 'refused [HTTP 400]', undefined],
  ])('refused with %s: tells why', async (_, body, reason, code) => {
    const error = await errorOf(answer(400, body))

    expect(error.message).toBe(`ElevenLabs phoneNumbers.create: ${reason}`)
    expect(error.code).toBe(code)
  })

  test('answered something else: tells what is wrong, and no value of the answer', async () => {
    const error = await errorOf(answer(200, { webhook_secret: 'wsec_0123456789', other: 1 }))

    expect(error.message).toContain('phone_number_id')
    expect(everythingIn(error)).not.toContain('wsec_0123456789')
  })
})
