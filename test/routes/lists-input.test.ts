import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/http/route.ts'
import { createAgent } from '../support/agents.ts'
import { aKey } from '../support/api-keys.ts'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { cursorOf } from '../support/list-places.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { bodyOf, pathOf, routesWhere } from '../support/route-table.ts'
import { aCustomer, aDelivery, aMember } from '../support/rows.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const lists = routesWhere(
  ({ method, query }) => method === 'get' && 'limit' in (query?.shape ?? {}),
)
/** Those of people and programs: a webhook's ids are the carriers', and are proven with it. */
const withIds = routesWhere(
  ({ params, guard }) =>
    guard !== 'elevenlabs' &&
    guard !== 'twilio' &&
    Object.keys(params?.shape ?? {}).some((name) => name.endsWith('Id')),
)

const dated = routesWhere(({ query }) => ['from', 'at'].some((key) => isTime(key, query?.shape)))

/** Whether a parameter of this name takes a time; numbers are called `from` too. */
function isTime(key: string, shape: Record<string, unknown> = {}) {
  return key in shape && (key === 'at' || 'limit' in shape)
}

/** Filters that only nothing at all does not fit. */
const freeText = ['search', 'name', 'leadId']

/** What tells a row from others, where it has no id: members their user's, numbers, agents. */
type Row = {
  id?: string
  user_id?: string
  phone_number?: string | null
  agent_id?: string
  organization_id?: string
}

describe('lists and ids', () => {
  let world: World
  let values: Record<string, string>
  let ofOperators: Record<string, string>
  /** Of a user with three invites, for what only a user has; an operator's for the rest. */
  let invited: string
  beforeAll(async () => {
    world = await startWorld()
    const { organization } = await signUp(world)
    const path = `/api/admin/organizations/${organization.id}/phone-numbers/purchase`
    await Promise.all(
      [1, 2].map(() => request(world.origin, 'POST', path, { token: ADMIN, body: {} })),
    )
    await aMember(world.database.url, organization.id)
    await Promise.all([1, 2, 3].map(() => aKey(world, organization.id, ['read'])))
    for (const path of [`organizations/${organization.id}`, 'admin']) {
      for (const last of [1, 2, 3]) {
        const body = { phoneNumber: `+1604555801${last}` }
        await request(world.origin, 'POST', `/api/${path}/do-not-call`, { token: ADMIN, body })
      }
    }
    for (const last of [1, 2, 3]) await twilioPost(world, SMS_PATH, aText(`+1604555800${last}`))
    // Another organization's, because each agent comes with a key.
    const other = (await signUp(world, { provisionPhone: false })).organization
    const third = (await signUp(world, { provisionPhone: false })).organization
    const user = await aUser(world)
    invited = user.token
    for (const { id } of [organization, other, third]) {
      const body = { email: user.email }
      await request(world.origin, 'POST', `/api/organizations/${id}/members`, {
        token: ADMIN,
        body,
      })
    }
    const fields = { organizationId: other.id, provision_phone: false }
    const agents = await Promise.all([1, 2, 3].map(() => createAgent(world, ADMIN, fields)))
    /** Three endpoints of an organization, or of the operators, of which the last has three deliveries. */
    const withDeliveries = async (owner: string | null) => {
      let last = { endpointId: '' }
      for (const _ of [1, 2, 3]) last = await aDelivery(world.database.url, owner)
      await world.sql(
        `with more as (
           insert into events (organization_id, type, facts) select $1, 'endpoint.test', '{}' from generate_series(1, 2) returning id)
         insert into event_deliveries (organization_id, endpoint_id, event_id) select $1, $2, more.id from more`,
        [owner, last.endpointId],
      )
      return last.endpointId
    }
    const customer = (texts: number, calls: number) =>
      aCustomer(world.database.url, organization.id, { texts, calls })
    await customer(1, 1)
    await customer(1, 0)
    values = {
      ...(await customer(1, 2)),
      organizationId: organization.id,
      phoneNumber: organization.phoneNumber,
      agentId: agents[0]?.body.agent_id,
      endpointId: await withDeliveries(organization.id),
    }
    ofOperators = { endpointId: await withDeliveries(null) }
  })
  afterAll(() => stopWithCleanLogs(world))

  const filled = (route: Route) =>
    pathOf(route, { ...values, ...(route.guard === 'admin' && ofOperators) })
  const list = (path: string, query: string) =>
    request(world.origin, 'GET', `${path}${query}`, {
      token: path === '/api/invites' ? invited : ADMIN,
    })

  test.each(lists)('%s, with a query it cannot take, names the parameter', async (_name, route) => {
    const path = filled(route)
    const wrong: Record<string, string> = {
      '?limit=0': 'query.limit',
      '?limit=201': 'query.limit',
      '?limit=-1': 'query.limit',
      '?limit=abc': 'query.limit',
      '?limit=1.5': 'query.limit',
      '?limit=': 'query.limit',
      '?limit=1&limit=2': 'query.limit',
      '?limit=Infinity': 'query.limit',
      '?cursor=': 'query.cursor',
      '?cursor=abc': 'query.cursor',
      '?cursor=%00': 'query.cursor',
      [`?cursor=${randomUUID()}`]: 'query.cursor',
      [`?cursor=${cursorOf(randomUUID(), 'x\0')}`]: 'query.cursor',
      [`?cursor=${cursorOf('x', '0')}`]: 'query.cursor',
      '?offset=1': 'query',
      '?limit%5B%5D=1': 'query',
      '?__proto__=1': 'query',
    }

    for (const [query, part] of Object.entries(wrong)) {
      const answer = await list(path, query)

      expect({ query, status: answer.status }).toEqual({ query, status: 400 })
      expectProblem(answer, 400, 'validation_failed')
      expect(wrongParts(answer)).toEqual([part])
    }
  })

  test.each(lists)(
    '%s, with each of its filters at a value that cannot be, names the filter',
    async (_name, route) => {
      const filters = Object.keys(route.query?.shape ?? {}).filter(
        (key) => !['limit', 'cursor'].includes(key),
      )
      const query = filters
        .map((key) => `${key}=${freeText.includes(key) ? '' : 'nonsense'}`)
        .join('&')

      const answer = await list(filled(route), `?${query || 'limit=nonsense'}`)

      expectProblem(answer, 400, 'validation_failed')
      const expected = filters.length > 0 ? filters : ['limit']
      expect(wrongParts(answer)).toEqual(expected.map((key) => `query.${key}`).sort())
    },
  )

  test.each(dated)('%s, with a time of an odd kind, takes it or names it', async (_name, route) => {
    const time = isTime('at', route.query?.shape) ? `to=${values.phoneNumber}&at` : 'from'
    const take = async (value: string) =>
      (await list(filled(route), `?${time}=${encodeURIComponent(value)}`)).status

    const impossible = ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '2026-02-30T00:00:00Z']
    const odd = [
      '0001-01-01T00:00:00Z',
      '2025-11-01T00:00:00+20:00',
      '2025-11-01T00:00:00-23:59',
      '2025-11-01T00:00:00.1234567Z',
      `2025-11-01T00:00:00.${'1'.repeat(500)}Z`,
    ]

    expect(await Promise.all(impossible.map(take))).toEqual([400, 400, 400])
    expect(await Promise.all(odd.map(take))).toEqual([200, 200, 200, 200, 200])
  })

  test.each(lists)(
    '%s, read in pages of one, gives every row once and in the same order',
    async (_name, route) => {
      const path = filled(route)
      const rowsOf = (body: Record<string, unknown>) =>
        Object.values(body).find((value) => Array.isArray(value)) as Row[]
      const idOf = (row: Row) =>
        row.id ?? row.user_id ?? row.phone_number ?? row.agent_id ?? row.organization_id
      const whole = rowsOf((await list(path, '?limit=200')).body).map(idOf)

      const paged: (string | undefined)[] = []
      let cursor: string | null = null
      do {
        const { body } = await list(path, `?limit=1${cursor ? `&cursor=${cursor}` : ''}`)
        paged.push(...rowsOf(body).map(idOf))
        cursor = body.nextCursor
      } while (cursor && paged.length <= whole.length)

      // The audit log has whatever was done above.
      if (path.endsWith('/audit')) expect(whole.length).toBeGreaterThan(3)
      // One organization cost something; test/flows/usage.test.ts reads the pages of several.
      else if (path.endsWith('/usage')) expect(whole).toEqual([values.organizationId])
      // Three calls, and three texts.
      else if (path.endsWith('/activity')) expect(whole).toHaveLength(6)
      else expect(whole).toHaveLength(3)
      expect(paged).toEqual(whole)
    },
  )

  test.each(withIds)('%s, with an id that cannot be one, names it', async (_name, route) => {
    const ids = Object.keys(route.params?.shape ?? {}).filter((name) => name.endsWith('Id'))
    const before = await effects(world)

    for (const id of [
      // Those of agents are the vendor's, in whatever letters.
      ...(ids.includes('agentId') ? [] : ['abc', '1', `${crypto.randomUUID()}0`]),
      "1' or '1'='1",
      '\0',
      '{}',
      '..%2F..',
    ]) {
      const wrong = Object.fromEntries(ids.map((name) => [name, id]))
      const answer = await request(
        world.origin,
        route.method.toUpperCase(),
        pathOf(route, { ...values, ...wrong }),
        {
          token: ADMIN,
          body: bodyOf(route),
        },
      )

      expect({ id, status: answer.status }).toEqual({ id, status: 400 })
      expect(wrongParts(answer)).toEqual(ids.map((name) => `path.${name}`).sort())
    }
    expect(await effects(world)).toEqual(before)
  })

  test.each(withIds)(
    '%s, with a uuid of nothing, answers that there is no such thing',
    async (_name, route) => {
      const ids = Object.keys(route.params?.shape ?? {}).filter((name) => name.endsWith('Id'))
      const missing = Object.fromEntries(ids.map((name) => [name, crypto.randomUUID()]))

      const answer = await request(
        world.origin,
        route.method.toUpperCase(),
        pathOf(route, { ...values, ...missing }),
        {
          token: ADMIN,
          body: bodyOf(route),
        },
      )

      expectProblem(answer, 404, `${String(ids[0]).replace('Id', '')}_not_found`)
    },
  )

  test.each(
    routesWhere(({ method, query, guard }) => method === 'get' && !query && guard !== 'public'),
  )('%s, which takes no query, refuses one', async (_name, route) => {
    const answer = await list(filled(route), '?verbose=1')

    expectProblem(answer, 400, 'validation_failed')
    expect(wrongParts(answer)).toEqual(['query'])
  })
})
