import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  CANARY,
  createElevenLabsClient,
  type ElevenLabsRequest,
} from '../../src/carriers/elevenlabs/client.ts'
import {
  answer,
  answerText,
  type Behaviour,
  carrierErrorOf,
  carrierServer,
  drop,
  hang,
} from '../support/carrier-server.ts'

const apiKey = 'elevenlabs-key-0123456789'
const found = answer(200, { id: 'phnum_1' })
const failed = answer(500, { detail: 'Internal error' })

async function elevenLabsThat(behaviours: Behaviour[], timeoutMs = 10_000) {
  const server = await carrierServer(...behaviours)
  const client = createElevenLabsClient({
    baseUrl: server.origin,
    apiKey,
    timeoutMs,
    readAgainMs: 5,
  })
  const send = (changes: Partial<ElevenLabsRequest<unknown>> = {}) =>
    client({
      operation: 'phoneNumbers.get',
      method: 'GET',
      path: 'convai/phone-numbers/phnum_1',
      reply: z.object({ id: z.string() }),
      ...changes,
    })
  return { server, send }
}

describe('ElevenLabs client', () => {
  test('given a request: sends it with the key, as JSON, below /v1', async () => {
    const { server, send } = await elevenLabsThat([found])

    const reply = await send({ method: 'POST', path: 'convai/x?a=1', body: { label: 'Line' } })

    expect(reply).toEqual({ id: 'phnum_1' })
    expect(server.requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        url: '/v1/convai/x?a=1',
        body: '{"label":"Line"}',
        headers: expect.objectContaining({
          'xi-api-key': apiKey,
          'content-type': 'application/json',
        }),
      }),
    ])
  })

  test('given an operation that answers nothing: takes that for null', async () => {
    const { send } = await elevenLabsThat([answerText(200, '')])

    const reply = await send({ method: 'DELETE', reply: z.null() })

    expect(reply).toBeNull()
  })

  test('given requests one after the other: does not open a connection for each', async () => {
    const { server, send } = await elevenLabsThat([found])

    for (let sent = 0; sent < 5; sent += 1) await send()

    expect(server.requests).toHaveLength(5)
    expect(server.connections()).toBeLessThan(5)
  })
})

describe('ElevenLabs client, reading', () => {
  test.each([
    ['two failures', [failed, failed, found], 3],
    ['a dropped connection', [drop, found], 2],
    ['too many requests', [answer(429, { detail: 'Slow down' }), found], 2],
  ])('after %s: asks again and answers', async (_, behaviours, requests) => {
    const { server, send } = await elevenLabsThat(behaviours)

    const reply = await send()

    expect(reply).toEqual({ id: 'phnum_1' })
    expect(server.requests).toHaveLength(requests)
  })

  test('failing again and again: gives up after the third time', async () => {
    const { server, send } = await elevenLabsThat([failed])

    const error = await carrierErrorOf(send())

    expect(error.kind).toBe('unreachable')
    expect(server.requests).toHaveLength(3)
  })

  test.each([
    ['404', answer(404, { detail: 'Not found' })],
    ['422', answer(422, { detail: [{ msg: 'wrong' }] })],
    ['what is no JSON', answerText(200, '<html>')],
  ])('answered %s, which asking again does not change: asks once', async (_, behaviour) => {
    const { server, send } = await elevenLabsThat([behaviour])

    await carrierErrorOf(send())

    expect(server.requests).toHaveLength(1)
  })

  test('answered 401: asks once, and beside it what tells whether the key is refused altogether', async () => {
    const { server, send } = await elevenLabsThat([answer(401, { detail: 'Invalid API key' })])

    const error = await carrierErrorOf(send())

    expect(error.kind).toBe('account')
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/v1/convai/phone-numbers/phnum_1',
      `/v1/${CANARY.path}`,
    ])
  })

  test('without an answer to the second attempt: the one deadline ends it all', async () => {
    const { server, send } = await elevenLabsThat([failed, hang], 1_500)

    const error = await carrierErrorOf(send())

    expect(error).toMatchObject({ kind: 'unreachable', outcomeUnknown: true })
    expect(error.message).toContain('time-out')
    expect(server.requests).toHaveLength(2)
  })
})

describe('ElevenLabs client, changing', () => {
  const failures: [string, Behaviour][] = [
    ['500', failed],
    ['429', answer(429, { detail: 'Slow down' })],
    ['a dropped connection', drop],
    ['no answer in time', hang],
    ['what is no JSON', answerText(200, '<html>')],
  ]
  const methods = ['POST', 'PATCH', 'DELETE'] as const

  test.each(
    failures.flatMap(([name, behaviour]) => methods.map((m) => [m, name, behaviour] as const)),
  )('by %s, met by %s: sends it once', async (method, _, behaviour) => {
    const { server, send } = await elevenLabsThat([behaviour], behaviour === hang ? 300 : 10_000)

    await carrierErrorOf(send({ method, body: {} }))

    expect(server.requests).toHaveLength(1)
  })

  test('led elsewhere by a redirect: does not follow with the key', async () => {
    const other = await carrierServer(found)
    const redirect: Behaviour = (res) => res.writeHead(307, { location: other.origin }).end()
    const { send } = await elevenLabsThat([redirect])

    const error = await carrierErrorOf(send({ method: 'POST', body: {} }))

    expect(error.kind).toBe('unreachable')
    expect(other.requests).toEqual([])
  })
})
