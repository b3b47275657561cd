import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { isForClients, type Route, roleOf } from '../../src/http/route.ts'
import { createAgent } from '../support/agents.ts'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { bodyOf, nameOf, pathOf, routesWhere } from '../support/route-table.ts'
import { aDelivery } from '../support/rows.ts'
import { startWorld, type World } from '../support/world.ts'

/** Its answer has the agent's key, so it is never kept: a repeat finds the agent. */
const isNeverKept = (route: Route) => nameOf(route) === 'POST /api/agents'

const kept = routesWhere(
  (route) =>
    Boolean(route.idempotent) && ['signup', 'member'].includes(route.guard) && !isNeverKept(route),
)

const idempotentOfMembers = routesWhere(
  (route) => Boolean(route.idempotent) && route.guard === 'member',
)

/** Why a repeat finds nothing left to do, whether it has a key or not. */
const BY_NATURE: Record<string, string> = {
  'POST /api/invites/:inviteId/accept': 'the invite is gone',
  'POST /api/invites/:inviteId/decline': 'the invite is gone',
  'POST /api/admin/phone-numbers/:phoneNumber/activate': 'the number is active',
  'POST /api/admin/phone-numbers/batch-activate': 'the numbers are active',
  'POST /api/organizations/:organizationId/phone-numbers/:phoneNumber/restore': 'it is in use',
  'POST /api/admin/phone-numbers/:phoneNumber/restore': 'it is in use, or in the pool',
  'POST /api/admin/phone-numbers/:phoneNumber/release': 'it is in quarantine',
  'POST /api/admin/orders/:orderId/retry': 'the order runs',
  'POST /api/admin/orders/:orderId/cancel': 'the order is canceled',
  'POST /api/admin/notifications/:notificationId/resolve': 'it is resolved',
  'POST /api/admin/reconcile': 'what was repaired is as it should be',
  'POST /api/organizations/:organizationId/contacts/:contactId/merge': 'they are one',
  'POST /api/admin/erasures': 'they are erased',
}

describe('a route that makes or sends something', () => {
  const posts = routesWhere((route) => isForClients(route) && route.method === 'post')

  test.each(posts)('%s, asked twice under one key, does it once', (name, { idempotent }) => {
    expect(idempotent ? 'under its key' : BY_NATURE[name]).toBeDefined()
  })

  test('of those that do it once by nature, none is idempotent, or not there', () => {
    const others = posts.filter(([, { idempotent }]) => !idempotent).map(([name]) => name)

    expect(others.toSorted()).toEqual(Object.keys(BY_NATURE).toSorted())
  })
})

describe('an answer kept under an Idempotency-Key', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const setMember = (organizationId: string, userId: string, role: string) =>
    request(world.origin, 'POST', `/api/organizations/${organizationId}/members`, {
      token: ADMIN,
      body: { userId, role },
    })
  const remove = (organizationId: string, userId: string) =>
    request(world.origin, 'DELETE', `/api/organizations/${organizationId}/members/${userId}`, {
      token: ADMIN,
    })

  let asker: { token: string; id: string }
  let organizationId: string
  let elsewhere: string
  let agentId: string
  let delivery: { endpointId: string; deliveryId: string }
  /** The organizations of whom the asker is one admin of two; a sign-up under a key makes one more. */
  beforeEach(async () => {
    asker = await aUser(world)
    const [one, other] = [await signUp(world), await signUp(world, { provisionPhone: false })]
    organizationId = one.organization.id
    elsewhere = other.organization.id
    await setMember(organizationId, asker.id, 'admin')
    await setMember(elsewhere, asker.id, 'admin')
    delivery = await aDelivery(world.database.url, organizationId)
    agentId = (await createAgent(world, one.token, { provision_phone: false })).body.agent_id
  })

  /** Sends the route's request, once and again; `id` is the organization that the answer is of. */
  async function ask(route: Route) {
    const key = randomUUID()
    const send = () =>
      request(world.origin, route.method, pathOf(route, { organizationId, agentId, ...delivery }), {
        token: asker.token,
        body: bodyFor(route),
        headers: { 'idempotency-key': key },
      })
    const first = await send()
    expect(first.status).toBeLessThan(300)
    const id: string = first.body.organization?.id ?? organizationId
    if (id !== organizationId) await setMember(id, randomUUID(), 'admin')
    return { first, id, again: send }
  }
  const slug = () => `org-${asker.id.slice(0, 8)}`
  const bodyFor = (route: Route) =>
    route.guard === 'signup'
      ? { name: 'Kept', slug: slug(), email: 'secret@example.com', provisionPhone: false }
      : bodyOf(route, organizationId)

  describe.each(kept)('%s', (_name, route) => {
    const takesAdmin = roleOf(route) === 'admin'

    test('whose user has lost rights elsewhere, is told again, and does nothing', async () => {
      const { first, again } = await ask(route)
      await remove(elsewhere, asker.id)
      const before = await effects(world)

      const answer = await again()

      expect(answer.status).toBe(first.status)
      expect(withoutToken(answer.body)).toEqual(withoutToken(first.body))
      expect(await effects(world)).toEqual(before)
    })

    test('whose user was removed from its organization, is told no more, and does nothing', async () => {
      const { id, again } = await ask(route)
      await remove(id, asker.id)
      const before = await effects(world)

      const answer = await again()

      expect(answer.status).toBe(404)
      expect(JSON.stringify(answer.body)).not.toContain('secret@example.com')
      expect(await effects(world)).toEqual(before)
    })

    test('whose user is an admin no more, is told as far as the role goes, and does nothing', async () => {
      const { first, id, again } = await ask(route)
      await setMember(id, asker.id, 'member')
      const before = await effects(world)

      const answer = await again()

      if (takesAdmin) expectProblem(answer, 403, 'role_required')
      else expect(answer.body).toEqual(first.body)
      expect(await effects(world)).toEqual(before)
    })

    test('whose user has lost rights and has them back, is told again, and does nothing', async () => {
      const { first, id, again } = await ask(route)
      await remove(id, asker.id)
      await setMember(id, asker.id, 'admin')
      const before = await effects(world)

      const answer = await again()

      expect(withoutToken(answer.body)).toEqual(withoutToken(first.body))
      expect(await effects(world)).toEqual(before)
    })
  })

  /** Asks under a key that the database would refuse to write down. */
  async function askUnwritten(route: Route, user: { id: string; token: string }, body: unknown) {
    await world.sql(
      `create or replace function public.refuse_key() returns trigger language plpgsql as
         $$ begin raise 'written down'; end $$;
       create or replace trigger refuse_key before insert on orgline.idempotency_keys for each row
       when (new.owner = 'user:${user.id}') execute function public.refuse_key()`,
    )
    onTestFinished(async () => {
      await world.sql('drop function if exists public.refuse_key() cascade')
    })
    return request(
      world.origin,
      route.method,
      pathOf(route, { organizationId, agentId, ...delivery }),
      {
        token: user.token,
        body,
        headers: { 'idempotency-key': randomUUID() },
      },
    )
  }

  test.each(idempotentOfMembers)(
    'of %s, that a stranger asks for, is never begun: nothing is written down for a refusal',
    async (_name, route) => {
      const answer = await askUnwritten(route, await aUser(world), bodyFor(route))

      const ofAgent = route.path.includes(':agentId')
      expectProblem(answer, 404, ofAgent ? 'agent_not_found' : 'organization_not_found')
    },
  )

  test.each(idempotentOfMembers.filter(([, route]) => roleOf(route) === 'admin'))(
    'of %s, that a member without the role asks for, is never begun, whether the organization is named or not',
    async (_name, route) => {
      const member = await aUser(world)
      await setMember(organizationId, member.id, 'member')
      const { organizationId: _, ...unnamed } = {
        ...(bodyFor(route) as object & { organizationId?: string }),
      }

      for (const body of [bodyFor(route), unnamed])
        expectProblem(await askUnwritten(route, member, body), 403, 'role_required')
    },
  )

  test.each([
    ['made an admin', 'member', (id: string) => ({ userId: id, role: 'admin' })],
    ['put on a list', 'none', () => ({ phoneNumber: '+16045558891' })],
  ])(
    'of a change that was undone since, %s, does not make it again',
    async (_what, role, bodyOfIt) => {
      const target = await aUser(world)
      if (role === 'member') await setMember(organizationId, target.id, 'member')
      const path = role === 'member' ? 'members' : 'do-not-call'
      const send = () =>
        request(world.origin, 'POST', `/api/organizations/${organizationId}/${path}`, {
          token: asker.token,
          body: bodyOfIt(target.id),
          headers: { 'idempotency-key': 'undone' },
        })
      const first = await send()
      if (role === 'member') await setMember(organizationId, target.id, 'member')
      else
        await request(
          world.origin,
          'DELETE',
          `/api/organizations/${organizationId}/do-not-call/+16045558891`,
          { token: ADMIN },
        )
      await setMember(organizationId, asker.id, 'member')
      await setMember(organizationId, asker.id, 'admin')
      const before = await effects(world)

      const answer = await send()

      expect(answer.body).toEqual(first.body)
      expect(await effects(world)).toEqual(before)
    },
  )

  test('of an invite that was accepted since, does not make its user an admin again', async () => {
    const user = await aUser(world)
    const send = () =>
      request(world.origin, 'POST', `/api/organizations/${organizationId}/members`, {
        token: asker.token,
        body: { email: user.email, role: 'admin' },
        headers: { 'idempotency-key': 'invite' },
      })
    const first = await send()
    const { body } = await request(world.origin, 'GET', '/api/invites', { token: user.token })
    await request(world.origin, 'POST', `/api/invites/${body.invites[0].id}/accept`, {
      token: user.token,
      body: { token: first.body.inviteToken },
    })
    await setMember(organizationId, user.id, 'member')
    const before = await effects(world)

    const answer = await send()

    expect(answer).toMatchObject({ status: 201, body: { ...first.body, inviteToken: null } })
    expect(await effects(world)).toEqual(before)
  })

  test('of a sign-up, whose user is removed while it runs, shows them nothing', async () => {
    const { db } = world.context
    const rpc = db.rpc.bind(db)
    let id = ''
    const spy = vi.spyOn(db, 'rpc').mockImplementation(async (name, args, ...rest) => {
      if (name === 'get_organization' && id === '') {
        id = (args as { organizationId: string }).organizationId
        await setMember(id, randomUUID(), 'admin')
        await remove(id, asker.id)
      }
      return rpc(name, args as never, ...rest)
    })
    onTestFinished(() => spy.mockRestore())

    const answer = await request(world.origin, 'POST', '/api/auth/organizations', {
      token: asker.token,
      body: { name: 'Kept', slug: slug(), email: 'secret@example.com', preferredAreaCode: '604' },
    })

    expect(id).not.toBe('')
    expectProblem(answer, 404, 'organization_not_found')
  })

  test('of a sign-up whose answer was lost, is found only by who may still see it', async () => {
    const [key, body] = [randomUUID(), { name: 'Kept', slug: slug(), email: 'secret@example.com' }]
    const send = () =>
      request(world.origin, 'POST', '/api/auth/organizations', {
        token: asker.token,
        body: { ...body, provisionPhone: false },
        headers: { 'idempotency-key': key },
      })
    const { id } = (await send()).body.organization
    await world.sql('delete from idempotency_keys where key = $1', [key])
    await setMember(id, randomUUID(), 'admin')
    await remove(id, asker.id)

    const answer = await send()

    expectProblem(answer, 404, 'organization_not_found')
  })
})

/** What was shown once is not kept. */
function withoutToken(body: object) {
  const shown = Object.keys(body).filter((key) => ['inviteToken', 'key', 'secret'].includes(key))
  return { ...body, ...Object.fromEntries(shown.map((key) => [key, null])) }
}
