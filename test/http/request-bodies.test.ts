import { randomUUID } from 'node:crypto'
import { deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { type Answer, answerOf, aUser, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const JSON_TYPE = 'application/json'
const good = JSON.stringify({ name: 'Body Motors', email: 'b@example.com', provisionPhone: false })

describe('the body of a request', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Signs up, as a new user, with these bytes; null as type: without a Content-Type. */
  async function post(
    bytes: string | Uint8Array<ArrayBuffer>,
    type: string | null,
    encoding?: string,
  ): Promise<Answer> {
    const { token } = await aUser(world)
    const path = '/api/auth/organizations'
    const response = await fetch(`${world.origin}${path}`, {
      method: 'POST',
      // A string would be given a Content-Type by fetch itself.
      body: typeof bytes === 'string' ? new TextEncoder().encode(unique(bytes)) : bytes,
      headers: {
        authorization: `Bearer ${token}`,
        ...(type !== null && { 'content-type': type }),
        ...(encoding && { 'content-encoding': encoding }),
      },
    })
    return answerOf('POST', path, response)
  }

  test.each([
    ['cut off', '{"name":"Cut'],
    ['of single quotes', "{'name':'Quotes'}"],
    ['with a comma at the end', '{"name":"Comma",}'],
    ['of two values', '{"name":"One"}{"name":"Two"}'],
    ['of words', 'name=Words'],
    ['of a bare word', 'undefined'],
    ['of a byte that is no text', '\u0001'],
    ['of endless lists', '['.repeat(50_000)],
  ])('broken JSON, %s, answers 400 and does nothing', async (_circumstance, body) => {
    const before = await effects(world)

    const answer = await post(body, JSON_TYPE)

    expectProblem(answer, 400, 'invalid_json')
    expect(await effects(world)).toEqual(before)
  })

  test.each<[string, () => [Uint8Array<ArrayBuffer>, string?]]>([
    ['of 200 kB', () => [bytesOf(padded(200_000))]],
    ['of 200 kB once it is unpacked', () => [new Uint8Array(gzipSync(padded(200_000))), 'gzip']],
    ['of 20 MB once it is unpacked', () => [new Uint8Array(gzipSync(padded(20_000_000))), 'gzip']],
  ])('a body, %s, answers 413 and does nothing', async (_circumstance, make) => {
    const before = await effects(world)
    const [bytes, encoding] = make()

    const answer = await post(bytes, JSON_TYPE, encoding)

    expectProblem(answer, 413, 'body_too_large')
    expect(await effects(world)).toEqual(before)
  })

  test.each(['gzip', 'x-gzip', 'X-GZIP'])('a body, packed as %s, is read', async (encoding) => {
    const body = JSON.stringify({
      name: `Packed ${randomUUID()}`,
      email: 'p@example.com',
      provisionPhone: false,
    })

    const answer = await post(new Uint8Array(gzipSync(body)), JSON_TYPE, encoding)

    expect(answer.status).toBe(201)
  })

  test.each<[string, string | null, string?]>([
    ['of text', 'text/plain'],
    ['of a form', 'application/x-www-form-urlencoded'],
    ['of parts', 'multipart/form-data; boundary=x'],
    ['of no type at all', null],
    ['of an empty type', ''],
    ['of XML', 'application/xml'],
    ['of JSON lines', 'application/jsonl'],
    ['in utf-16', 'application/json; charset=utf-16'],
    ['in utf-32', 'application/json; charset=utf-32'],
    ['in Latin 1', 'application/json; charset=iso-8859-1'],
    ['in an unknown charset', 'application/json; charset=nonsense'],
    ['in an unknown encoding', JSON_TYPE, 'nonsense'],
    ['in an encoding we do not read', JSON_TYPE, 'compress'],
    ['packed with Brotli', JSON_TYPE, 'br'],
  ])('a body, %s, answers 415 and does nothing', async (_circumstance, type, encoding) => {
    const before = await effects(world)

    const answer = await post(good, type, encoding)

    expectProblem(answer, 415, 'unsupported_media_type')
    expect(await effects(world)).toEqual(before)
  })

  test.each([
    ['with a charset of utf-8', 'application/json; charset=utf-8'],
    ['with a charset in capitals', 'Application/JSON; Charset=UTF-8'],
    ['with a quoted charset', 'application/json;charset="utf-8"'],
  ])('JSON, sent %s, is read', async (_circumstance, type) => {
    const answer = await post(good, type)

    expect(answer.status).toBe(201)
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('JSON, packed with %s, is read', async (encoding, pack) => {
    const answer = await post(new Uint8Array(pack(unique(good))), JSON_TYPE, encoding)

    expect(answer.status).toBe(201)
    expect(answer.body.organization.name).toMatch(/^Body Motors/)
  })

  test('a body, said to be gzip and not so, answers 400 and does nothing', async () => {
    const before = await effects(world)

    const answer = await post(good, JSON_TYPE, 'gzip')

    expectProblem(answer, 400, 'validation_failed')
    expect(await effects(world)).toEqual(before)
  })

  test.each(['__proto__', 'constructor', 'prototype'])(
    'a body, with the key %s, is refused and changes no other object',
    async (key) => {
      const body = good.replace('{', `{"${key}":{"isAdmin":true,"prototype":{"isAdmin":true}},`)

      const answer = await post(body, JSON_TYPE)

      expectProblem(answer, 400, 'validation_failed')
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    },
  )

  test('a query, with the key __proto__, is refused and changes no other object', async () => {
    const answer = await request(world.origin, 'GET', '/api/admin/orders?__proto__[isAdmin]=1', {
      token: 'sandbox-admin-key',
    })

    expectProblem(answer, 400, 'validation_failed')
    expect(({} as { isAdmin?: string }).isAdmin).toBeUndefined()
  })

  test('the same key twice, in JSON, counts with its last value', async () => {
    const answer = await post(good.replace('{', '{"name":"First",'), JSON_TYPE)

    expect(answer.status).toBe(201)
    expect(answer.body.organization.name).toMatch(/^Body Motors/)
  })
})

/** The same JSON with a name nobody else has, so that slugs do not meet. */
function unique(json: string): string {
  return json.replace('Body Motors', () => `Body Motors ${crypto.randomUUID().slice(0, 8)}`)
}

function padded(length: number): string {
  return `{"name":"${'x'.repeat(length)}"}`
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
