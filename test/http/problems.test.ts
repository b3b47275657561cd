import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Database } from '../../src/database/db.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { answerIn } from '../support/raw-http.ts'
import { ADMIN, request } from '../support/requests.ts'
import { nameOf, pathOf, queryOf, routeTable } from '../support/route-table.ts'
import { startWorld, type World } from '../support/world.ts'

const paths = [...new Set(['/openapi.json', ...routeTable.map(({ path }) => path)])]
const idsOfNothing = {
  endpointId: crypto.randomUUID(),
  deliveryId: crypto.randomUUID(),
  contactId: crypto.randomUUID(),
  callId: crypto.randomUUID(),
  messageId: crypto.randomUUID(),
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** HEAD is answered wherever GET is. */
const withHead = (methods: string[]) =>
  [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].sort()

describe('problems', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const values = {
    organizationId: crypto.randomUUID(),
    orderId: crypto.randomUUID(),
    notificationId: crypto.randomUUID(),
    memberId: crypto.randomUUID(),
    inviteId: crypto.randomUUID(),
    keyId: crypto.randomUUID(),
    agentId: 'agent_none',
    ...idsOfNothing,
    phoneNumber: '+16045552010',
  }

  test.each([
    '/nothing',
    '/api',
    '/api/organizations',
    '/api/organizations/',
    '/api/admin/phone-numbers/%2B16045552010/destroy',
    '/.env',
    '/..%2f..%2fetc%2fpasswd',
    '/openapi.yaml',
    '/%00',
    '/livez/more',
  ])('an unknown path, %s, answers 404', async (path) => {
    const answer = await request(world.origin, 'GET', path, { token: ADMIN })

    expectProblem(answer, 404, 'not_found')
    expect(answer.body.instance).toBe(path)
  })

  test.each(['POST', 'DELETE', 'PATCH'])(
    'an unknown path, with %s, answers 404',
    async (method) => {
      const answer = await request(world.origin, method, '/api/nothing', { body: '{"broken' })

      expectProblem(answer, 404, 'not_found')
    },
  )

  test.each(paths)(
    '%s, with a method it does not have, answers 405 and names those it has',
    async (path) => {
      const routes = routeTable.filter((route) => route.path === path)
      const allowed =
        path === '/openapi.json' ? ['GET'] : routes.map(({ method }) => method.toUpperCase())
      const [first] = routes
      const url = first ? pathOf(first, values) : path

      for (const method of methods.filter((each) => !allowed.includes(each))) {
        const answer = await request(world.origin, method, url, { token: ADMIN })

        expect({ method, status: answer.status }).toEqual({ method, status: 405 })
        expectProblem(answer, 405, 'method_not_allowed')
        expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(withHead(allowed))
      }
    },
  )

  test('a problem, of a path with a query, tells the path alone', async () => {
    const answer = await request(
      world.origin,
      'GET',
      '/api/admin/orders?limit=0&token=secret-of-mine',
      {
        token: ADMIN,
      },
    )

    expectProblem(answer, 400, 'validation_failed')
    expect(answer.body.instance).toBe('/api/admin/orders')
    expect(JSON.stringify(answer.body)).not.toContain('secret-of-mine')
  })

  test('a request, broken below HTTP, ends that connection and no other', async () => {
    const { port } = new URL(world.origin)
    const reply = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end('NONSENSE\r\n\r\n'))
      socket.on('data', (data) => resolve(String(data)))
      socket.on('error', reject)
    })

    const answer = await request(world.origin, 'GET', '/livez')

    expect(answerIn(reply, 'GET', '/').status).toBe(400)
    expect(answer.status).toBe(200)
  })
})

describe('problems of our own making', () => {
  let world: World
  const secret = 'relation "internal_things" of 10.0.0.7 is broken'
  const broken: Database = {
    rpc: () => Promise.reject(new TypeError(secret)),
    close: async () => {},
  }
  beforeAll(async () => {
    world = await startWorld({ overrides: { db: broken } })
  })
  afterAll(() => stopWithCleanLogs(world))

  test.each(
    routeTable
      .filter(({ guard, method }) => (guard === 'member' || guard === 'admin') && method === 'get')
      // It says what is wrong with each part, and never fails.
      .filter(({ path }) => path !== '/api/admin/health')
      .map((route) => [nameOf(route), route] as const),
  )(
    '%s, meeting an error nobody foresaw, answers 500, tells nothing, and logs it under the request’s id',
    async (_name, route) => {
      const answer = await request(
        world.origin,
        'GET',
        pathOf(route, {
          ...idsOfNothing,
          organizationId: crypto.randomUUID(),
          agentId: 'agent_none',
          phoneNumber: '+16045552010',
        }) + queryOf(route),
        {
          token: ADMIN,
        },
      )

      expectProblem(answer, 500, 'internal_error')
      expect(JSON.stringify(answer.body)).not.toMatch(/internal_things|TypeError|10\.0\.0\.7/)
      const lines = world.logs.filter((line) => line.includes(answer.body.requestId))
      expect(lines.some((line) => line.includes('internal_things'))).toBe(true)
    },
  )

  test('GET /api/admin/health, meeting an error nobody foresaw, answers that a check failed, tells nothing, and logs it', async () => {
    const answer = await request(world.origin, 'GET', '/api/admin/health', { token: ADMIN })

    expect(answer.status).toBe(200)
    expect(answer.body.outcome).toBe('error')
    expect(JSON.stringify(answer.body)).not.toMatch(/internal_things|TypeError|10\.0\.0\.7/)
    const lines = world.logs.filter((line) => line.includes('check failed'))
    expect(lines.some((line) => line.includes('internal_things'))).toBe(true)
  })
})

describe('problems of an answer from elsewhere', () => {
  test('a database, that answers with something else than its result, is told as unavailable', async () => {
    const db = createDatabase({
      kind: 'supabase',
      url: 'http://127.0.0.1:1',
      secretKey: 'x',
      timeoutMs: 60_000,
      poolSize: 10,
    })
    const world = await startWorld({ overrides: { db } })

    const answer = await request(world.origin, 'GET', '/api/admin/orders', { token: ADMIN })
    await world.stop()

    expectProblem(answer, 503, 'database_unavailable')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})
