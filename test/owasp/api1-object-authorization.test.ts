import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBytes } from '../../src/http/route.ts'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import {
  type Operation,
  operations,
  operationsWhere,
  partsOf,
  withValue,
} from '../support/operations.ts'
import { type Answer, request } from '../support/requests.ts'
import { bodyOf, pathOf } from '../support/route-table.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

/**
 * Which of a tenant's ids a field of a body or a query holds; undefined for words that several use, such
 * as the number of a customer, a lead's id of another system, or a user who is invited.
 */
const holds: Record<string, string | undefined> = {
  organizationId: 'organizationId',
  agentId: 'agentId',
  contactId: 'contactId',
  defaultPhoneNumber: 'phoneNumber',
  phoneNumber: undefined,
  leadId: undefined,
  voice_id: undefined,
  userId: undefined,
  // A place in an order, not an object: test/sql/cursors.test.ts.
  cursor: undefined,
}

/** In a merge the contact that goes; elsewhere a time, or who a customer hears from. */
const idHeldBy = (operation: string, field = '') =>
  operation.endsWith('/merge') && field === 'from' ? 'contactId' : holds[field]

const looksLikeAnId = (field: string) => /(_id|Ids?|Numbers?|^cursor)$/.test(field)
const ofTenants = operations.filter(({ route }) => route.guard === 'member')
const under = (pattern: RegExp) =>
  operationsWhere((each) => ofTenants.includes(each) && pattern.test(each.route.path))

const queriesOf = ({ parameters }: Operation) =>
  parameters.filter((each) => each.in === 'query').map(({ name }) => name)
const pathsOf = ({ body }: Operation) => (body ? partsOf(body).map(({ path }) => path) : [])

/** Every field that holds an id, as `test.each` takes it. */
const fieldsOfBodies = ofTenants.flatMap((operation) =>
  pathsOf(operation).flatMap((path): [string, string, Operation, string[], string][] => {
    const id = idHeldBy(operation.name, path.at(-1))
    return id ? [[operation.name, path.join('.'), operation, path, id]] : []
  }),
)
const fieldsOfQueries = ofTenants.flatMap((operation) =>
  queriesOf(operation).flatMap((field): [string, string, Operation, string][] => {
    const id = idHeldBy(operation.name, field)
    return id ? [[operation.name, field, operation, id]] : []
  }),
)

/** Each organization has its own list of whom not to call, so any number may be asked for. */
const hasItsOwn = (name: string) => name.includes('/do-not-call/')

/** A bill names neither customers nor the organization, only what it comes to; a stream begins with nothing of before. */
const namesNobody = (name: string) => /\/(usage|events)$/.test(name)

/** Not the bytes of recordings and media, which these tenants do not have. */
const showsObjects = ({ route }: Operation) => route.method === 'get' && !hasBytes(route)

describe('API1:2023, broken object level authorization', () => {
  let world: World
  let victim: Tenant
  let attacker: Tenant
  beforeAll(async () => {
    world = await startWorld()
    victim = await aTenant(world)
    attacker = await aTenant(world)
  })
  afterAll(() => stopWithCleanLogs(world))

  const send = (
    { route }: Operation,
    token: string,
    ids: Record<string, string>,
    more: { body?: unknown; query?: string } = {},
  ) =>
    request(world.origin, route.method, `${pathOf(route, ids)}${more.query ?? ''}`, {
      token,
      body: more.body ?? bodyOf(route, ids.organizationId),
    })

  const callers = (): [string, string][] => [
    ['an admin', attacker.token],
    ['a member', attacker.member],
    ['a key', attacker.key],
  ]

  test('a field, walked, that names an object is one of those tried below', () => {
    const fields = ofTenants.flatMap((each) => [
      ...queriesOf(each),
      ...pathsOf(each).map((path) => path.at(-1) ?? ''),
    ])

    expect(fields.filter((field) => looksLikeAnId(field) && !(field in holds))).toEqual([])
    expect(fieldsOfBodies.length + fieldsOfQueries.length).toBeGreaterThanOrEqual(10)
  })

  test.each(under(/\/:/))(
    "%s, by another organization's ids, is refused to all callers and does nothing",
    async (_name, operation) => {
      const before = await effects(world)

      for (const [who, token] of callers()) {
        const answer = await send(operation, token, victim.ids)

        const status = who === 'a key' && !operation.route.scope ? 403 : 404
        expect({ who, status: answer.status }).toEqual({ who, status })
        expectNothingOf(victim, answer)
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(under(/:organizationId\/.*:/))(
    "%s, by the caller's own organization and another's object, is refused and does nothing",
    async (name, operation) => {
      const before = await effects(world)
      const ids = { ...victim.ids, organizationId: attacker.organizationId }

      const answer = await send(operation, attacker.token, ids)

      expect(answer.status).toBe(hasItsOwn(name) ? 200 : 404)
      expectNothingOf(victim, answer)
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(fieldsOfBodies)(
    "%s, whose %s names another's object, is refused and does nothing",
    async (_name, _field, operation, path, id) => {
      const body = withValue(bodyOf(operation.route, attacker.organizationId), path, victim.ids[id])
      const before = await effects(world)

      const answer = await send(operation, attacker.token, attacker.ids, { body })

      expect(answer.status).toBe(404)
      expectNothingOf(victim, answer)
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(fieldsOfQueries)(
    "%s, whose %s names another's object, tells nothing of it",
    async (_name, field, operation, id) => {
      const query = `?${field}=${victim.ids[id]}`

      const answer = await send(operation, attacker.token, attacker.ids, { query })

      expect(answer.status).toBe(field === 'organizationId' ? 404 : 200)
      expectNothingOf(victim, answer)
    },
  )

  test.each(operationsWhere((each) => ofTenants.includes(each) && showsObjects(each)))(
    "%s, asked by two organizations, tells each its own and nothing of the other's",
    async (_name, operation) => {
      for (const [own, other] of [
        [victim, attacker],
        [attacker, victim],
      ] as const) {
        const answer = await send(operation, own.token, own.ids)

        expect(answer.status).toBe(200)
        expectNothingOf(other, answer)
        expect(textOf(answer)).not.toContain(other.ids.phoneNumber)
        expect(mentions(own, answer)).toBe(!namesNobody(operation.name))
      }
    },
  )
})

const textOf = ({ body }: Answer) => (typeof body === 'string' ? body : JSON.stringify(body))

/** A number that the request names itself comes back with its answer. */
function expectNothingOf(tenant: Tenant, answer: Answer): void {
  for (const reported of [tenant.word, tenant.customer])
    expect(textOf(answer)).not.toContain(reported)
}

const mentions = ({ word, ids }: Tenant, answer: Answer) =>
  [word, ...Object.values(ids)].some((reported) => textOf(answer).includes(reported))
