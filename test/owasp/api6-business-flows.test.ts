import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProblemCode, problemStatus } from '../../src/platform/errors.ts'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, atCarriers, aUser, request, tickOrders } from '../support/requests.ts'
import { bodyOf, nameOf, pathOf, routesWhere, routeTable } from '../support/route-table.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

/** What spends money, or makes what may, by how a person who does it too often is refused. */
const limited: Record<string, ProblemCode> = {
  'POST /api/auth/organizations': 'sign_ups_reached',
  'POST /api/organizations/:organizationId/phone-numbers': 'number_limit_reached',
  'POST /api/agents/:agentId/phone-number': 'agent_has_number',
  'POST /api/agents': 'agent_limit_reached',
  'POST /api/elevenlabs/outbound-call': 'daily_calls_reached',
  'POST /api/organizations/:organizationId/messages': 'daily_texts_reached',
}

/** What operators buy with, who are not refused but get nothing bought beyond their daily limit. */
const bought = [
  'POST /api/admin/organizations/:organizationId/phone-numbers/purchase',
  'POST /api/admin/phone-numbers/batch-purchase',
  'POST /api/admin/provision',
]

/** What writes to whom anybody names: beyond its limit it is done all the same, and nobody is written to. */
const mailed = ['POST /api/organizations/:organizationId/members']

/** What is repeated by its key too, and costs nothing at the carriers. */
const free = [
  'POST /api/organizations/:organizationId/contacts',
  'POST /api/organizations/:organizationId/do-not-call',
  'POST /api/organizations/:organizationId/api-keys',
  'POST /api/organizations/:organizationId/webhook-endpoints',
  'POST /api/admin/webhook-endpoints',
  'POST /api/organizations/:organizationId/webhook-endpoints/:endpointId/rotate-secret',
  'POST /api/organizations/:organizationId/webhook-endpoints/:endpointId/test',
  'POST /api/organizations/:organizationId/webhook-endpoints/:endpointId/replay',
  'POST /api/organizations/:organizationId/webhook-endpoints/:endpointId/deliveries/:deliveryId/replay',
  'POST /api/admin/webhook-endpoints/:endpointId/rotate-secret',
  'POST /api/admin/webhook-endpoints/:endpointId/test',
  'POST /api/admin/webhook-endpoints/:endpointId/replay',
  'POST /api/admin/webhook-endpoints/:endpointId/deliveries/:deliveryId/replay',
  'POST /api/admin/do-not-call',
  'POST /api/admin/phone-numbers',
  'POST /api/admin/phone-numbers/:phoneNumber/assign',
]

/** An agent that needs a number is refused for that already. */
const withoutNumber: Record<string, object> = { 'POST /api/agents': { provision_phone: false } }

/** So little that what the organization has is all that it may have. */
const tight = {
  SIGNUPS_PER_HOUR: '0',
  MAX_NUMBERS_PER_ORGANIZATION: '1',
  MAX_AGENTS_PER_ORGANIZATION: '1',
  OUTBOUND_DAILY_CALLS: '0',
  OUTBOUND_DAILY_SEGMENTS: '0',
  PURCHASE_DAILY_LIMIT: '0',
  PURCHASE_DAILY_LIMIT_FURTHER: '0',
  PURCHASE_DAILY_LIMIT_OPERATORS: '0',
  SIGNUP_WAIT_MS: '0',
  BATCH_WAIT_MS: '0',
}

describe('API6:2023, unrestricted access to sensitive business flows', () => {
  let world: World
  let tenant: Tenant
  let newcomer: string
  beforeAll(async () => {
    world = await startWorld()
    tenant = await aTenant(world)
    newcomer = (await aUser(world)).token
    await world.restart(tight)
  })
  afterAll(() => stopWithCleanLogs(world))

  const send = (name: string, token: string) => {
    const route = routeTable.find((each) => nameOf(each) === name)
    if (!route) throw new Error(`no route ${name}`)
    return request(world.origin, route.method, pathOf(route, tenant.ids), {
      token,
      body: { ...(bodyOf(route, tenant.organizationId) as object), ...withoutNumber[name] },
    })
  }

  test('the flows that a repeat could do twice, walked, are limited, the operators’ own, mailed, or free', () => {
    const flows = routesWhere(({ idempotent }) => Boolean(idempotent)).map(([name]) => name)

    expect(flows.sort()).toEqual([...Object.keys(limited), ...bought, ...mailed, ...free].sort())
  })

  test.each(Object.entries(limited))(
    '%s, beyond its limit, answers %s, costs nothing and does nothing',
    async (name, code) => {
      const before = await effects(world)

      const token = name.includes('/auth/') ? newcomer : tenant.token
      for (let n = 0; n < 3; n++) expectProblem(await send(name, token), problemStatus[code], code)

      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(Object.entries(limited).filter(([name]) => !name.includes('/auth/')))(
    '%s, beyond its limit, is no further for a key than for the people it belongs to',
    async (name, code) => {
      const before = await effects(world)

      const { body } = await send(name, tenant.key)

      expect(body.code).toBe(code)
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(bought)('%s, beyond the daily limit of operators, buys nothing', async (name) => {
    const before = (await atCarriers(world)).twilio

    const answer = await send(name, ADMIN)
    await tickOrders(world)

    expect(answer.status).toBeLessThan(500)
    const after = (await atCarriers(world)).twilio
    expect([after.spent, after.numbers.length]).toEqual([before.spent, before.numbers.length])
  })

  test.each(mailed)('%s, beyond its limit, writes to nobody any more', async (name) => {
    await world.sql("update deployment set mail_kinds = '{invitation}'")
    const waiting = () =>
      world.sql("select id from mails where kind = 'invitation' and organization_id = $1", [
        tenant.organizationId,
      ])
    for (let n = 0; n < 3; n++) await send(name, tenant.token)
    const within = await waiting()

    const beyond = await send(name, tenant.token)

    expect(within).toHaveLength(1)
    expect([beyond.status, beyond.body.inviteMailed]).toEqual([200, false])
    expect(await waiting()).toEqual([])
  })

  test.each(free)('%s, described as free, spends nothing at the carriers', async (name) => {
    const before = await atCarriers(world)

    const answer = await send(name, name.includes('/admin/') ? ADMIN : tenant.token)

    expect(answer.status).toBeLessThan(500)
    const after = await atCarriers(world)
    expect([after.twilio.spent, after.elevenlabs.spent]).toEqual([
      before.twilio.spent,
      before.elevenlabs.spent,
    ])
  })
})
