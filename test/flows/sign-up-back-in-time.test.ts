import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { fault, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** As a restored backup has it, which was made before the sign-up. */
const FORGET = [
  'delete from number_order_attempts a using number_orders n where n.id = a.order_id and n.organization_id = $1',
  'delete from number_orders where organization_id = $1',
  'delete from audit_log where organization_id = $1',
  'delete from admin_notifications where organization_id = $1',
  'delete from organization_members where organization_id = $1',
  'delete from events where organization_id = $1',
  'delete from organizations where id = $1',
]

describe('a sign-up', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  test('whose database goes back to before it while it runs, is made anew, and answered as made', async () => {
    await fault(world, 'twilio', 'availablePhoneNumbers.list', 'error', { status: 503, times: 100 })
    const { db } = world.context
    const rpc = db.rpc.bind(db)
    let forgotten = ''
    const spy = vi.spyOn(db, 'rpc').mockImplementation(async (name, args, ...rest) => {
      if (name === 'get_organization' && forgotten === '') {
        forgotten = (args as { organizationId: string }).organizationId
        for (const statement of FORGET) await world.sql(statement, [forgotten])
      }
      return rpc(name, args as never, ...rest)
    })
    onTestFinished(() => spy.mockRestore())

    const { answer, token, organization } = await signUp(world)

    expect(answer.status).toBe(201)
    expect(organization.id).toBe(forgotten)
    const found = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    expect(found).toMatchObject({ status: 200, body: { organization: { id: forgotten } } })
    const orders = await world.sql('select cause from number_orders where organization_id = $1', [
      forgotten,
    ])
    expect(orders).toEqual([{ cause: 'signup' }])
  })
})
