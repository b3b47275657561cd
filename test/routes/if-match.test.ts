import { randomInt, randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { heedsIfMatch } from '../../src/http/input/if-match.ts'
import type { Route } from '../../src/http/route.ts'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { LOCK_WAITERS } from '../support/lock-waiters.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, type Answer, request, signUp } from '../support/requests.ts'
import { bodyOf, nameOf, pathOf, routesWhere, routeTable } from '../support/route-table.ts'
import { aContact, aDelivery } from '../support/rows.ts'
import { startWorld, type World } from '../support/world.ts'

const changes = routesWhere(heedsIfMatch)
const versioned = changes.filter(([, route]) => route.versioned)
const unversioned = changes.filter(([, route]) => !route.versioned)

/** The path of what a route changes: a POST to it names in its last part what is done. */
const pathOfWhat = ({ method, path }: Pick<Route, 'method' | 'path'>) =>
  method === 'post' ? path.replace(/\/[^/:]+$/, '') : path

describe('If-Match', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const ask = (method: string, path: string, ifMatch?: string, body?: unknown) =>
    request(world.origin, method, path, {
      token: ADMIN,
      ...(body !== undefined && { body }),
      ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
    })
  /** Something of its own that the route changes: its path, and a change of it. */
  async function aResource(route: Route) {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const contact = await request(
      world.origin,
      'POST',
      `/api/organizations/${organization.id}/contacts`,
      { token, body: { phoneNumber: `+1604555${randomInt(7_000, 9_000)}` } },
    )
    const { body: agent } = await createAgent(world, token, { provision_phone: false })
    const path = pathOf(
      { ...route, path: pathOfWhat(route) },
      {
        organizationId: organization.id,
        contactId: contact.body.contact.id,
        agentId: agent.agent_id,
        ...(await aDelivery(world.database.url, route.guard === 'admin' ? null : organization.id)),
      },
    )
    const from = await aContact(world.database.url, organization.id)
    const body = nameOf(route).endsWith('/merge') ? { from } : bodyOf(route)
    const target = path + route.path.slice(pathOfWhat(route).length)
    return {
      path,
      change: (ifMatch?: string) => ask(route.method, target, ifMatch, body),
      read: () => ask('GET', path),
      etag: async () => (await ask('GET', path)).headers.get('etag') ?? '',
    }
  }
  /** Another editor was there first, with a name that nobody has. */
  const rename = (path: string, ifMatch?: string) => {
    const name = `Other ${randomUUID().slice(0, 8)}`
    const isContact = path.includes('/contacts/')
    const called = path.includes('/agents/') ? 'agent_name' : 'name'
    return ask(isContact ? 'PUT' : 'PATCH', path, ifMatch, {
      [path.includes('/webhook-endpoints/') ? 'description' : called]: name,
    })
  }

  /** Keeps whoever changes what is at the path waiting, in the middle of it, until the answer is called. */
  async function holdBack(path: string) {
    const [, kind = '', id = ''] =
      /(organizations|contacts|agents|webhook-endpoints)\/([^/]+)$/.exec(path) ?? []
    const table = kind.replace('-', '_')
    const column = table === 'agents' ? 'elevenlabs_agent_id' : 'id'
    const client = new Client({ connectionString: world.database.url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('begin')
    await client.query(`select from orgline.${table} where ${column}::text = $1 for update`, [id])
    return () => client.query('commit')
  }
  const waiting = async () => (await world.sql(LOCK_WAITERS)).length

  test.each(versioned)(
    'the ETag, of what %s changes, is strong, and new once it is changed',
    async (_name, route) => {
      const { path, etag, read } = await aResource(route)
      const before = await etag()

      const again = await request(world.origin, 'GET', path, {
        token: ADMIN,
        headers: { 'if-none-match': before },
      })
      await rename(path)

      expect(before).toMatch(/^"[\x21\x23-\x7e]+"$/)
      expect([again.status, again.headers.get('etag')]).toEqual([304, before])
      expect((await read()).headers.get('etag')).not.toBe(before)
    },
  )

  test.each(versioned.filter(([, { method }]) => method !== 'delete'))(
    '%s, of anything, answers the ETag that reading it again would, good for the next change',
    async (_name, route) => {
      const { change, etag } = await aResource(route)
      const before = await etag()

      const changed = await change(before)
      const reported = changed.headers.get('etag') ?? ''

      expect(changed.status).toBe(200)
      expect(reported).not.toBe(before)
      expect(reported).toBe(await etag())
      expect((await change(reported)).status).toBe(200)
    },
  )

  test.each(versioned)('%s, of what is as it was read, is done', async (_name, route) => {
    const { change, etag } = await aResource(route)

    const { status } = await change(`"another", ${await etag()}`)

    expect(status).toBe(200)
  })

  test.each(versioned)(
    '%s, of what was changed since, is refused, and nothing is done',
    async (_name, route) => {
      const { path, change, read, etag } = await aResource(route)
      const stale = await etag()
      await rename(path)
      const before = await read()

      const refused = [await change(stale), await change(`${stale}, "never"`)]

      for (const answer of refused) expectProblem(answer, 412, 'precondition_failed')
      expect((await read()).body).toEqual(before.body)
    },
  )

  test.each(versioned)('%s, with its ETag made weak, is refused', async (_name, route) => {
    const { change, etag } = await aResource(route)

    expectProblem(await change(`W/${await etag()}`), 412, 'precondition_failed')
  })

  test.each(versioned)('%s, with *, is done, whichever version it is', async (_name, route) => {
    const { path, change } = await aResource(route)
    await rename(path)

    expect((await change('*')).status).toBe(200)
  })

  test('the header, longer than twenty ETags are, is refused', async () => {
    const [[, route]] = versioned as [[string, Route]]
    const { change } = await aResource(route)

    expectProblem(await change(`"${'a'.repeat(1_000)}"`), 400, 'validation_failed')
  })

  test.each(['', 'bare', '"open', '*, "a"', '"a" "b"'])(
    'the header, sent as <%s>, is refused with how it is written',
    async (header) => {
      const [[, route]] = versioned as [[string, Route]]
      const { change } = await aResource(route)

      const answer = await change(header)

      expectProblem(answer, 400, 'validation_failed')
      expect(answer.body.detail).toContain('If-Match must be *')
    },
  )

  test.each(versioned)(
    '%s, by two editors at once who read the same, is done by one of them',
    async (_name, route) => {
      const { path, change, etag } = await aResource(route)
      const seen = await etag()
      const letGo = await holdBack(path)

      const editors = Promise.all([rename(path, seen), change(seen)])
      await expect.poll(waiting).toBe(2)
      await letGo()

      const answers = await editors
      expect(answers.filter(isDone)).toHaveLength(1)
      for (const { status, body } of answers.filter((each) => !isDone(each)))
        expect([404, 412], body.detail).toContain(status)
    },
  )

  test.each([{ status: 'suspended' }, { settings: { inbound_voice: 'server' } }])(
    'a change, of an organization to %j, is held against what was there before its numbers move',
    async (wanted) => {
      const { organization } = await signUp(world)
      const path = `/api/organizations/${organization.id}`
      const seen = (await ask('GET', path)).headers.get('etag') ?? ''

      const done = await ask('PATCH', path, seen, wanted)
      const late = await ask('PATCH', path, seen, wanted)

      expect(done.status).toBe(200)
      expect(done.headers.get('etag')).toBe((await ask('GET', path)).headers.get('etag'))
      expectProblem(late, 412, 'precondition_failed')
    },
  )

  test.each(unversioned)('%s, of what has no ETag, is refused with any', async (_name, route) => {
    const ids = Object.fromEntries(
      [
        'memberId',
        'keyId',
        'inviteId',
        'orderId',
        'notificationId',
        'endpointId',
        'deliveryId',
      ].map((name) => [name, randomUUID()]),
    )
    const path = pathOf(route, {
      ...ids,
      agentId: 'agent_none',
      organizationId: randomUUID(),
      phoneNumber: '+16045559998',
    })
    const ifMatch = (wanted: string) => ask(route.method, path, wanted, bodyOf(route))

    expectProblem(await ifMatch('"any"'), 412, 'precondition_failed')
    if (route.method === 'post') return
    // Not there, or not on the list any more.
    expect([404, 200]).toContain((await ifMatch('*')).status)
  })

  test('an answer, that has an ETag, is of something each change of which heeds If-Match', () => {
    const paths = new Set(versioned.map(([, route]) => pathOfWhat(route)))
    const reads = routeTable.filter((route) => route.method === 'get')

    expect(versioned).not.toEqual([])
    for (const { path } of reads.filter((route) => route.versioned)) expect(paths).toContain(path)
    for (const path of paths) {
      const same = routeTable.filter((route) => route.path === path && route.method !== 'post')
      expect(same.filter((route) => !route.versioned).map(nameOf), path).toEqual([])
      expect(same.map(({ method }) => method)).toContain('get')
    }
    const others = unversioned.filter(([, { method }]) => method !== 'post')
    for (const [name, { path }] of others)
      expect(
        reads.map((read) => read.path),
        name,
      ).not.toContain(path)
  })
})

const isDone = ({ status }: Answer) => status === 200
