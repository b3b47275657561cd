import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/http/route.ts'
import { forEveryRoute } from '../support/every-route.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { operations, operationsWhere } from '../support/operations.ts'
import { ADMIN, type Answer, request } from '../support/requests.ts'
import { nameOf, pathOf, routeTable } from '../support/route-table.ts'
import { startWorld, type World } from '../support/world.ts'

/** Whoever takes the number of the pool that is to be assigned comes later. */
const isFirst = (name: string) => Number(name.endsWith('/assign'))

const idempotent = operationsWhere(({ route }) => Boolean(route.idempotent)).toSorted(
  ([one], [other]) => isFirst(other) - isFirst(one),
)

/** What nothing shows by itself has no Location. */
const PLACES: Record<string, (body: Answer['body']) => string> = {
  'POST /api/organizations/:organizationId/api-keys': ({ apiKey }) => `/${apiKey.id}`,
  'POST /api/organizations/:organizationId/members': ({ member }) => `/${member.email}`,
  'POST /api/organizations/:organizationId/do-not-call': ({ entry }) => `/${entry.phone_number}`,
  'POST /api/admin/do-not-call': ({ entry }) => `/${entry.phone_number}`,
}

/** What would be there twice if a request were done twice. Carriers go on telling of texts, which is delivered meanwhile. */
const COUNTED = `select
  (select count(*) from organizations) as organizations, (select count(*) from agents) as agents,
  (select count(*) from contacts) as contacts, (select count(*) from messages) as messages,
  (select count(*) from calls) as calls, (select count(*) from number_orders) as orders,
  (select count(*) from organization_phone_numbers) as holdings, (select count(*) from api_keys) as keys,
  (select count(*) from webhook_endpoints) as endpoints,
  (select count(*) from event_deliveries d join events e on e.id = d.event_id where e.type = 'endpoint.test') as tests,
  (select string_agg(secret, ' ' order by id) from webhook_endpoints) as secrets`

describe('a request that is sent again under its Idempotency-Key, when its answer is not kept any more', () => {
  let world: World
  let every: Awaited<ReturnType<typeof forEveryRoute>>
  beforeAll(async () => {
    world = await startWorld()
    every = await forEveryRoute(world)
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Takes away what a request has made, where there is a route for it. */
  async function undo(route: Route, path: string, made: Answer): Promise<boolean> {
    const rest = PLACES[nameOf(route)]?.(made.body)
    const place = rest ? `${path}${rest}` : made.headers.get('location')
    if (!place || !isDeletable(place)) return false
    const answer = await request(world.origin, 'DELETE', place, { token: ADMIN })
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return true
  }

  test.each(idempotent)(
    '%s, finds what it made; gone since, it is refused with the cure, and nothing is made twice',
    async (_name, operation) => {
      const { route } = operation
      const { params, body } = every.accepted(operation)
      const path = pathOf(route, params)
      const key = randomUUID()
      const send = () =>
        request(world.origin, route.method, path, {
          token: ADMIN,
          body,
          headers: { 'idempotency-key': key },
        })
      const first = await send()
      expect(first.status, JSON.stringify(first.body)).toBeLessThan(300)
      const isUndone = await undo(route, path, first)
      await world.sql('delete from idempotency_keys where key = $1', [key])
      const before = await world.sql(COUNTED)

      const again = await send()

      const said = JSON.stringify(again.body)
      expect(again.status, said).toBeLessThan(500)
      if (!isUndone) expect(again.status, said).toBeLessThan(300)
      if (again.status >= 300) expect(said).toMatch(/new Idempotency-Key|does not exist/)
      expect(await world.sql(COUNTED)).toEqual(before)
    },
  )

  test('the routes, of which some undo what others make, are known here', () => {
    expect(operations.filter(({ name }) => name in PLACES)).toHaveLength(Object.keys(PLACES).length)
  })
})

/** Whether a route deletes what is at the path. */
function isDeletable(path: string): boolean {
  return routeTable.some(
    ({ method, path: pattern }) =>
      method === 'delete' && new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path),
  )
}
