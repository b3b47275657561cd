import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import {
  type Operation,
  operations,
  operationsWhere,
  partsOf,
  withValue,
} from '../support/operations.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, request } from '../support/requests.ts'
import { bodyOf, pathOf, queryOf } from '../support/route-table.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

/** What rows have and nobody sets by sending it, and what raises whoever could. */
const forbidden = ['id', 'organization_id', 'created_at', 'is_admin', 'price', 'constructor']

/** What only we and the carriers may know, in no answer to anybody. */
const internal =
  /hash|secret|password|^lease|_lease|_token$|auth_token|outlay|poll_at|poll_attempts$|due_at|claim/i

/** Shown once, to whoever makes it, because it works by being known; and what operators look into. */
const meant = [
  'POST /api/organizations/:organizationId/api-keys: key',
  'POST /api/organizations/:organizationId/members: inviteToken',
  'POST /api/organizations/:organizationId/webhook-endpoints: secret',
  'POST /api/organizations/:organizationId/webhook-endpoints/:endpointId/rotate-secret: secret',
  'POST /api/admin/webhook-endpoints: secret',
  'POST /api/admin/webhook-endpoints/:endpointId/rotate-secret: secret',
  'POST /api/agents: api_token',
  'GET /api/admin/routes/explain: sync_due_at',
]

/** By what an object says which of several kinds it is: what it may have depends on that. */
function kindOf({ properties = {} }: ReturnType<typeof partsOf>[number]['schema']) {
  return Object.entries(properties).flatMap(([key, field]): [string, unknown][] =>
    field.const === undefined ? [] : [[key, field.const]],
  )
}

const isForClients = ({ route }: Operation) => ['signup', 'member', 'admin'].includes(route.guard)

describe('API3:2023, broken object property level authorization', () => {
  let world: World
  let tenant: Tenant
  beforeAll(async () => {
    world = await startWorld()
    tenant = await aTenant(world)
  })
  afterAll(() => stopWithCleanLogs(world))

  const send = ({ route }: Operation, token: string, body?: unknown, query = '') =>
    request(world.origin, route.method, `${pathOf(route, tenant.ids)}${query || queryOf(route)}`, {
      token,
      ...(body !== undefined && { body }),
    })

  /** Every object that a body is or holds, as `test.each` takes it. */
  const objects = operations.filter(isForClients).flatMap((operation) => {
    const inside = operation.body ? partsOf(operation.body) : [{ path: [], schema: {} }]
    const found = inside.filter(({ schema, path }) => schema.properties || path.length === 0)
    const kinds = new Map(found.map(({ path, schema }) => [path.join('.'), kindOf(schema)]))
    return [...kinds].map(([path, kind]): [string, string, Operation, [string, unknown][]] => [
      operation.name,
      path || 'the body itself',
      operation,
      kind,
    ])
  })

  test.each(objects)(
    '%s, sent a property in %s that it does not have, names it, sets nothing and does nothing',
    async (_name, where, operation, kind) => {
      const path = where === 'the body itself' ? [] : where.split('.')
      const before = await effects(world)

      for (const property of forbidden) {
        const sent = bodyOf(operation.route, tenant.organizationId) ?? {}
        const good = kind.reduce<unknown>(
          (body, [key, is]) => withValue(body, [...path, key], is),
          sent,
        )
        const body = withValue(good, [...path, property], tenant.organizationId)
        const answer = await send(operation, ADMIN, body)

        expectProblem(answer, 400, 'validation_failed')
        expect(answer.body.detail).toContain(property)
        expect(wrongParts(answer).length).toBeGreaterThan(0)
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(operationsWhere(isForClients))(
    '%s, sent a parameter that it does not have, names it and does nothing',
    async (_name, operation) => {
      const before = await effects(world)
      const body = bodyOf(operation.route, tenant.organizationId)

      const answer = await send(operation, ADMIN, body, '?is_admin=true')

      expectProblem(answer, 400, 'validation_failed')
      expect(answer.body.detail).toContain('is_admin')
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(operationsWhere(() => true))(
    '%s, described, has no property in its answers that only we may know',
    (name, { answers }) => {
      const reported = answers.flatMap((schema) =>
        partsOf(schema).map(({ path }) => path.at(-1) ?? ''),
      )

      const secrets = new Set(reported.filter((property) => internal.test(property)))
      expect([...secrets].filter((each) => !meant.includes(`${name}: ${each}`))).toEqual([])
    },
  )

  test.each(operationsWhere((each) => isForClients(each) && each.route.method === 'get'))(
    '%s, answered, has the properties of its description and none besides',
    async (_name, operation) => {
      // `request` holds each answer against the document, with its objects closed.
      const answer = await send(operation, ADMIN)

      // 409: the tenant's call is still going on.
      expect([200, 404, 409]).toContain(answer.status)
      const text = JSON.stringify(answer.body)
      for (const secret of [tenant.key, world.config.twilio.authToken, 'key_hash', 'token_hash'])
        expect(text).not.toContain(secret)
    },
  )

  test.each([
    ['an admin', () => tenant.token],
    ['a member', () => tenant.member],
  ])(
    'the status of an organization, sent by %s of it, stays as operators set it',
    async (_who, token) => {
      const before = await effects(world)

      const answer = await request(
        world.origin,
        'PATCH',
        `/api/organizations/${tenant.organizationId}`,
        { token: token(), body: { status: 'suspended' } },
      )

      expect(answer.status).toBe(403)
      expect(await effects(world)).toEqual(before)
    },
  )

  test('a role, sent by a member about itself, stays as it was', async () => {
    const before = await effects(world)

    const answer = await request(
      world.origin,
      'POST',
      `/api/organizations/${tenant.organizationId}/members`,
      { token: tenant.member, body: { userId: tenant.ids.memberId, role: 'admin' } },
    )

    expectProblem(answer, 403, 'role_required')
    expect(await effects(world)).toEqual(before)
  })
})
