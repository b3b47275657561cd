import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aUser, request } from '../support/requests.ts'
import { bodyOf, pathOf, routesWhere } from '../support/route-table.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

const changes = routesWhere(
  ({ guard, method, path, body }) =>
    guard === 'member' &&
    method !== 'get' &&
    (/:organizationId|:agentId/.test(path) || 'organizationId' in shapeOf(body)),
)

/** What is locked where an organization is changed. */
const LOCKS = [
  'select from orgline.organizations where id = $1 for update',
  'select from orgline.webhook_endpoints where organization_id = $1 for update',
  'select from orgline.agents where organization_id = $1 for update',
  'select from orgline.contacts where organization_id = $1 for update',
  'select from orgline.organization_phone_numbers where organization_id = $1 for update',
  'select private.lock_numbers_of($1)',
  'select private.lock_contacts($1)',
]

describe('a stranger, who asks to change what belongs to another organization', () => {
  let world: World
  let tenant: Tenant
  let stranger: string
  beforeAll(async () => {
    world = await startWorld()
    tenant = await aTenant(world)
    stranger = (await aUser(world)).token
  })
  afterAll(() => stopWithCleanLogs(world))

  test.each(changes)(
    '%s, is refused at once, while its own people wait for each other',
    async (_name, route) => {
      const client = new Client({ connectionString: world.database.url })
      await client.connect()
      onTestFinished(() => client.end())
      await client.query('begin')
      for (const lock of LOCKS) await client.query(lock, [tenant.organizationId])
      const path = pathOf(route, { ...tenant.ids, memberId: 'nobody@example.com' })
      const { status } = await request(world.origin, route.method, path, {
        token: stranger,
        body: bodyOf(route, tenant.organizationId),
      })

      expect(status).toBe(404)
    },
  )
})

function shapeOf(body: unknown): object {
  return (body as { shape?: object } | undefined)?.shape ?? {}
}
