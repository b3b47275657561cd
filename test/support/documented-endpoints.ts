import { ADMIN, request } from './requests.ts'
import { aDelivery } from './rows.ts'
import type { World } from './world.ts'

/** One successful answer of each route about webhook endpoints, by the route, for `organizationId` and for operators. */
export function endpointAnswers(world: () => World, organizationId: () => string) {
  const scopes = [
    {
      path: '/api/organizations/:organizationId/webhook-endpoints',
      owner: organizationId,
    },
    { path: '/api/admin/webhook-endpoints', owner: () => null },
  ]
  return Object.fromEntries(
    scopes.flatMap(({ path, owner }) => {
      /** Of an endpoint of its own, which has a delivery. */
      const ask = (method: string, rest: string, body?: object) => async () => {
        const { origin, database } = world()
        const { endpointId, deliveryId } = await aDelivery(database.url, owner())
        const asked = `${path}${rest}`
          .replace(':organizationId', organizationId())
          .replace(':endpointId', endpointId)
          .replace(':deliveryId', deliveryId)
        return [await request(origin, method, asked, { token: ADMIN, ...(body && { body }) })]
      }
      const one = '/:endpointId'
      const routes: [string, string, object?][] = [
        ['GET', ''],
        ['POST', '', { url: 'https://crm.example.com/orgline' }],
        ['GET', one],
        ['PATCH', one, { status: 'paused' }],
        ['DELETE', one],
        ['POST', `${one}/rotate-secret`],
        ['POST', `${one}/test`],
        ['GET', `${one}/deliveries`],
        ['POST', `${one}/deliveries/:deliveryId/replay`],
        ['POST', `${one}/replay`, { since: '2026-01-01T00:00:00Z' }],
      ]
      return routes.map(([method, rest, body]) => [
        `${method} ${path}${rest}`,
        ask(method, rest, body),
      ])
    }),
  )
}
