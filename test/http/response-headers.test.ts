import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describe('headers of an answer', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { TRUST_PROXY_HOPS: '1' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  const ask = (headers: Record<string, string>, path = '/api/nothing') =>
    request(world.origin, 'GET', path, { headers })

  test.each(['/livez', '/api/nothing', '/openapi.json', '/api/admin/orders'])(
    'an answer of %s, to a request without an id, has a new one each time',
    async (path) => {
      const ids = [await ask({}, path), await ask({}, path)].map(({ headers }) =>
        headers.get('x-request-id'),
      )

      for (const id of ids) expect(id).toMatch(uuid)
      expect(new Set(ids).size).toBe(2)
    },
  )

  test.each(['checkout-4711', 'ABCDEFGH', 'a'.repeat(64), '01890a5d-ac96-774b-bcce-b302099a8057'])(
    'a request’s id, %s, comes back in the header and in the problem and is logged',
    async (id) => {
      // Refusals of one address that repeat themselves are not logged.
      const address = `198.51.100.${id.length}`
      const answer = await ask({ 'x-request-id': id, 'x-forwarded-for': address })

      expect(answer.headers.get('x-request-id')).toBe(id)
      expect(answer.body.requestId).toBe(id)
      expect(world.logs.some((line) => JSON.parse(line).req?.id === id)).toBe(true)
    },
  )

  test.each([
    ['too short', 'xyz'],
    ['too long', 'a'.repeat(65)],
    ['of two words', 'two words here'],
    ['with markup', '<script>alert(1)</script>'],
    ['with quotes', '"},{"level":60,"x":"'],
    ['with a number to call', '+16045552010'],
    ['that is two', 'checkout-4711, checkout-4712'],
  ])('a request’s id, %s, is replaced by one of ours', async (_circumstance, id) => {
    const answer = await ask({ 'x-request-id': id })

    expect(answer.headers.get('x-request-id')).toMatch(uuid)
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'))
    expect(world.logs.some((line) => line.includes(JSON.stringify(id).slice(1, -1)))).toBe(false)
  })

  test.each(['/livez', '/api/nothing', '/openapi.json', '/api/admin/orders'])(
    'an answer of %s, looked at by a browser, has the headers that protect it and none that tell of us',
    async (path) => {
      const { headers } = await request(world.origin, 'GET', path, { token: ADMIN })

      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'self'"),
        'strict-transport-security': expect.stringContaining('max-age='),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      })
      expect([
        headers.get('x-powered-by'),
        headers.get('server'),
        headers.get('set-cookie'),
      ]).toEqual([null, null, null])
      expect(headers.get('access-control-allow-origin')).toBeNull()
    },
  )
})
