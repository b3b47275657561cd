import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber } from '../support/manual.ts'
import { stockPool } from '../support/pool.ts'
import { expectProblem } from '../support/problems.ts'
import { numberless, numbersOf, provision } from '../support/provision.ts'
import { givingOf } from '../support/quarantine.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { bodyOf, pathOf, routesWhere } from '../support/route-table.ts'
import { aDelivery } from '../support/rows.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

const ASSIGN = 'POST /api/admin/phone-numbers/:phoneNumber/assign'

describe('a change, whose answer was lost', () => {
  let world: World
  let tenant: Tenant
  let ofOperators: Record<string, string>
  beforeAll(async () => {
    world = await startWorld()
    tenant = await aTenant(world)
    ofOperators = await aDelivery(world.database.url, null)
  })
  afterAll(() => stopWithCleanLogs(world))

  /** As if the server had died before it stored any. */
  const lose = (key: string) =>
    world.sql(
      `update idempotency_keys set reply_status = null, reply_body = null, lease_token = null, lease_until = null
       where key = $1`,
      [key],
    )
  const underKey = (path: string, token: string, body: unknown) => {
    const key = randomUUID()
    const send = () =>
      request(world.origin, 'POST', path, { token, body, headers: { 'idempotency-key': key } })
    return { send, lose: () => lose(key) }
  }

  test.each(
    routesWhere(({ idempotent }) => idempotent === 'marked').filter(([name]) => name !== ASSIGN),
  )('%s, sent again with its key, is refused and does nothing', async (_name, route) => {
    const isOfOperators = route.guard === 'admin'
    const ids = isOfOperators ? { ...tenant.ids, ...ofOperators } : tenant.ids
    const change = underKey(
      pathOf(route, ids),
      isOfOperators ? ADMIN : tenant.token,
      bodyOf(route, tenant.organizationId),
    )
    const first = await change.send()
    await change.lose()
    const before = await effects(world)

    const again = await change.send()

    expect([200, 201, 202]).toContain(first.status)
    expectProblem(again, 409, 'answer_lost')
    expect(await effects(world)).toEqual(before)
  })

  test('of a role that was taken back meanwhile, sent again, does not give it anew', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const path = `/api/organizations/${organization.id}/members`
    const user = await aUser(world)
    const give = (role: string) => ({ userId: user.id, role })
    await request(world.origin, 'POST', path, { token: ADMIN, body: give('member') })
    const promotion = underKey(path, token, give('admin'))
    await promotion.send()
    await promotion.lose()
    await request(world.origin, 'POST', path, { token, body: give('member') })

    const again = await promotion.send()

    expectProblem(again, 409, 'answer_lost')
    const rows = await world.sql(
      'select role from organization_members where organization_id = $1 and user_id = $2',
      [organization.id, user.id],
    )
    expect(rows).toEqual([{ role: 'member' }])
  })

  test('of a number that was given up meanwhile, sent again, does not assign it anew', async () => {
    const phoneNumber = await aPoolNumber(world)
    const { organization } = await signUp(world, { provisionPhone: false })
    const path = `/api/admin/phone-numbers/${phoneNumber}`
    const assigning = underKey(`${path}/assign`, ADMIN, { organizationId: organization.id })
    const first = await assigning.send()
    await assigning.lose()
    await givingOf(world, phoneNumber).release()

    const again = await assigning.send()

    expect(first.status).toBe(200)
    expectProblem(again, 409, 'answer_lost')
    expect(
      await world.sql('select status from phone_numbers where phone_number = $1', [phoneNumber]),
    ).toEqual([{ status: 'quarantined' }])
  })

  test('that was none, because it was there already, sent again, is answered again', async () => {
    const path = `/api/organizations/${tenant.organizationId}/do-not-call`
    const body = { phoneNumber: '+16045558843' }
    await request(world.origin, 'POST', path, { token: tenant.token, body })
    const entry = underKey(path, tenant.token, body)
    await entry.send()
    await entry.lose()

    expect(await entry.send()).toMatchObject({ status: 200 })
  })

  test('of many organizations, sent again, goes on, and gives nothing anew that was taken away', async () => {
    const [given, left, later] = await numberless(world, 3)
    const [number] = await stockPool(world, 1)
    const body = { organizations: [{ organizationId: given?.id }, { organizationId: left?.id }] }
    const key = randomUUID()
    const ask = () => provision(world, body, { 'idempotency-key': key })
    const first = await ask()
    await lose(key)
    await world.sql(
      `update organization_phone_numbers set ended_at = now(), is_active = false
       where phone_number_id = (select id from phone_numbers where phone_number = $1)`,
      [number],
    )
    const before = await numbersOf(world, [given, left])

    const again = await ask()
    const anew = await provision(world, { organizations: [{ organizationId: later?.id }] })

    expect(first.body.results).toMatchObject([{ status: 'assigned' }, { status: 'ordered' }])
    expect(again.body.results).toMatchObject([
      { status: 'failed', error: expect.stringContaining('under a new Idempotency-Key') },
      { status: 'in_progress' },
    ])
    expect(await numbersOf(world, [given, left])).toEqual(before)
    expect(anew.body.results).toMatchObject([{ status: 'ordered' }])
  })
})
