import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, request } from '../support/requests.ts'
import { routeTable } from '../support/route-table.ts'
import { startWorld, type World } from '../support/world.ts'

/** How Express keeps what was mounted: a handler, a route of its own, or a router with more. */
interface Layer {
  route?: { path: string; methods: Record<string, boolean> }
  handle: { stack?: Layer[] }
}

/** Of the server itself: the document, and the page that shows it. */
const BESIDE = [
  '/',
  '/metrics',
  '/openapi.json',
  '/docs',
  '/console{/*path}',
  '/docs/start.js',
  '/docs/scalar.js',
].map((path) => `get ${path}`)

describe('API9:2023, improper inventory management', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  test('what the server has mounted, walked, is the route table and its document, and nothing else', () => {
    const { stack } = (world.app as unknown as { router: { stack: Layer[] } }).router
    const mounted = routesIn(stack)

    const known = routeTable.map(({ method, path }) => `${method} ${path}`)
    expect([...mounted].sort()).toEqual([...new Set([...known, ...BESIDE])].sort())
  })

  test('the document that is served, walked, has every route of the table and no other', async () => {
    const { body } = await request(world.origin, 'GET', '/openapi.json')
    const described = Object.entries<object>(body.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    )

    expect(described.sort()).toEqual(routeTable.map((each) => `${each.method} ${each.path}`).sort())
  })

  test.each([
    '/debug',
    '/admin',
    '/status',
    '/env',
    '/.env',
    '/.git/config',
    '/control/state',
    '/twilio/api/2010-04-01/Accounts.json',
    '/elevenlabs/v1/convai/agents',
    '/auth/v1/token',
    '/rest/v1/rpc/ping',
    '/api/v1/organizations',
    '/api/v0/me',
    '/v1/me',
    '/api/internal',
    '/api/test',
    '/swagger.json',
    '/graphql',
  ])(
    '%s, of other versions, tools and the sandbox, is nothing here, not even for operators',
    async (path) => {
      for (const method of ['GET', 'POST'])
        expectProblem(await request(world.origin, method, path, { token: ADMIN }), 404, 'not_found')
    },
  )
})

/** Every method and path that something answers; what refuses all methods of a path has none. */
function routesIn(stack: Layer[]): Set<string> {
  const found = stack.flatMap(({ route, handle }) => {
    if (handle.stack && !route) return [...routesIn(handle.stack)]
    const methods = Object.keys(route?.methods ?? {}).filter((method) => method !== '_all')
    return methods.map((method) => `${method} ${route?.path}`)
  })
  return new Set(found)
}
