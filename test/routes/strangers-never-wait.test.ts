import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Route } from '../../src/http/route.ts'
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

const ofAdmins = changes.filter(([, { problems }]) => problems?.includes('role_required'))

/** What is locked where an organization is changed. */
const LOCKS = [
  'select private.lock_purchase_limit() where $1::uuid is not null',
  'select from orgline.organizations where id = $1 for update',
  'select from orgline.webhook_endpoints where organization_id = $1 for update',
  'select from orgline.agents where organization_id = $1 for update',
  'select from orgline.contacts where organization_id = $1 for update',
  'select from orgline.organization_phone_numbers where organization_id = $1 for update',
  'select private.lock_numbers_of($1)',
  'select private.lock_contacts($1)',
]

describe('strangers, who ask to change what belongs to an organization,', () => {
  let world: World
  let tenant: Tenant
  let stranger: string
  beforeAll(async () => {
    world = await startWorld()
    tenant = await aTenant(world)
    stranger = (await aUser(world)).token
  })
  afterAll(() => stopWithCleanLogs(world))

  /** The route, asked while everything of the organization is locked. */
  async function whileLocked(route: Route, token: string): Promise<number> {
    const client = new Client({ connectionString: world.database.url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('begin')
    for (const lock of LOCKS) await client.query(lock, [tenant.organizationId])
    const path = pathOf(route, { ...tenant.ids, memberId: 'nobody@example.com' })
    const body = bodyOf(route, tenant.organizationId)
    return (await request(world.origin, route.method, path, { token, body })).status
  }

  test.each(changes)(
    'by %s, is refused at once, while its own people wait for each other',
    async (_name, route) => expect(await whileLocked(route, stranger)).toBe(404),
  )

  test.each(ofAdmins)('and its plain members, by %s, are refused at once', async (_name, route) =>
    expect(await whileLocked(route, tenant.member)).toBe(403),
  )
})

function shapeOf(body: unknown): object {
  return (body as { shape?: object } | undefined)?.shape ?? {}
}
