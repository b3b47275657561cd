import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { aUser, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const PAGE = 'https://app.example.com'
const LIMIT = 20

/** Those that a browser does not let through by itself: what our requests may have, and what our answers tell. */
const sentHeaders = [
  'Authorization',
  'Content-Encoding',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'X-Request-Id',
]
const exposedHeaders = [
  'Accept',
  'Accept-Encoding',
  'Allow',
  'ETag',
  'Location',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
]

describe('pages of other origins', () => {
  let world: World
  let closed: World
  beforeAll(async () => {
    ;[world, closed] = await Promise.all([
      startWorld({
        settings: {
          CORS_ORIGINS: `${PAGE}, http://localhost:5173`,
          RATE_LIMIT_PER_MINUTE: String(LIMIT),
          TRUST_PROXY_HOPS: '1',
        },
      }),
      startWorld(),
    ])
  })
  afterAll(() => Promise.all([stopWithCleanLogs(world), stopWithCleanLogs(closed)]))

  const preflight = (where: World, origin: string, more: Record<string, string> = {}) =>
    request(where.origin, 'OPTIONS', '/api/auth/organizations', {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
        ...more,
      },
    })

  test.each([PAGE, 'http://localhost:5173'])(
    'a page, of the listed origin %s, may ask and read, also what is refused',
    async (origin) => {
      const { headers, status } = await preflight(world, origin)
      const refused = await request(world.origin, 'POST', '/api/auth/organizations', {
        body: {},
        headers: { origin },
      })

      expect(status).toBe(204)
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect(headers.get('access-control-allow-methods')).toContain('PATCH')
      for (const name of sentHeaders)
        expect(headers.get('access-control-allow-headers')?.split(',')).toContain(name)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('access-control-allow-origin')).toBe(origin)
      expect(refused.headers.get('vary')).toContain('Origin')
      for (const name of exposedHeaders)
        expect(refused.headers.get('access-control-expose-headers')).toContain(name)
    },
  )

  test.each(['https://app.example.com.evil.test', 'http://app.example.com', 'null'])(
    'a page, of an origin that is not listed, %s, gets no right',
    async (origin) => {
      const { headers } = await preflight(world, origin)

      expect(headers.get('access-control-allow-origin')).toBeNull()
    },
  )

  test('what browsers ask ahead, more than the limit from one address, answers 429, and is not logged', async () => {
    const from = { 'x-forwarded-for': '198.51.100.77' }
    const asked = () => world.logs.filter((line) => line.includes('"OPTIONS"')).length
    const before = asked()
    const within = await Promise.all(
      Array.from({ length: LIMIT }, () => preflight(world, PAGE, from)),
    )
    const after = asked()

    const beyond = await preflight(world, PAGE, from)

    expect(new Set(within.map(({ status }) => status))).toEqual(new Set([204]))
    expect(after).toBe(before)
    expectProblem(beyond, 429, 'rate_limited')
  })

  test('a page, of any origin where none is listed, gets no right', async () => {
    const { token } = await aUser(closed)
    const answers = [
      await preflight(closed, PAGE),
      await request(closed.origin, 'GET', '/livez', { token, headers: { origin: PAGE } }),
    ]

    for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).toBeNull()
  })
})
