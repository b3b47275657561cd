import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTwins } from '../../sandbox/twins/twins.ts'
import type { Guard, Route } from '../../src/http/route.ts'
import { createAgent } from '../support/agents.ts'
import { aKey } from '../support/api-keys.ts'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { aPicture } from '../support/recordings.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import {
  bodyOf,
  MERGED_ID,
  nameOf,
  pathOf,
  routesOf,
  routesWhere,
  routeTable,
} from '../support/route-table.ts'
import { aContact, aCustomer, aDelivery, aMember } from '../support/rows.ts'
import { startWorld, type World } from '../support/world.ts'

const bearer: Guard[] = ['signup', 'member', 'admin']

describe('guards', () => {
  let world: World
  /** Things that exist, so that a request let through would find something to read or to change. */
  let real: Record<string, string>
  /** What is no proof of anybody, by circumstance. */
  let worthless: Record<string, string | undefined>
  let anonymous: string
  let user: string

  beforeAll(async () => {
    world = await startWorld({ settings: { ELEVENLABS_IMPORT: 'manual' } })
    const { organization, token } = await signUp(world)
    user = token
    const [order] = await world.sql<{ id: string }>('select id from number_orders')
    const [notification] = await world.sql<{ id: string }>('select id from admin_notifications')
    real = {
      organizationId: organization.id,
      phoneNumber: organization.phoneNumber,
      orderId: order?.id ?? '',
      inviteId: '00000000-0000-4000-8000-0000000001f0',
      notificationId: notification?.id ?? '',
      memberId: randomUUID(),
      keyId: (await aKey(world, organization.id, ['read'])).id,
      agentId: await anAgent(organization.id),
      ...(await aCustomer(world.database.url, organization.id)),
      ...(await aDelivery(world.database.url, organization.id)),
    }
    await aContact(world.database.url, organization.id, { id: MERGED_ID })
    const revoked = await aKey(world, organization.id, ['read'])
    await request(world.origin, 'DELETE', `${keysOf(organization.id)}/${revoked.id}`, { token })
    const foreign = await startTwins({ port: 0 })
    const stranger = await request(foreign.origin, 'POST', '/auth/v1/token', {
      body: { email: `${randomUUID()}@example.com` },
    })
    await foreign.close()
    const good = `Bearer ${token}`
    worthless = {
      'no header': undefined,
      'an empty header': '',
      'a scheme without a token': 'Bearer',
      'another scheme': `Basic ${Buffer.from(`admin:${ADMIN}`).toString('base64')}`,
      'a token without its scheme': token,
      'the admin key without its scheme': ADMIN,
      'a word': 'Bearer nonsense',
      'three parts of nothing': 'Bearer a.b.c',
      'a token without its signature': good.slice(0, good.lastIndexOf('.') + 1),
      'a token with a changed signature': `${good.slice(0, -8)}AAAAAAAA`,
      'a token of another issuer': `Bearer ${stranger.body.access_token}`,
      'an expired token': `Bearer ${(await aUser(world, { expires_in: -60 })).token}`,
      'an admin key with one character changed': `Bearer ${ADMIN.slice(0, -1)}z`,
      'an admin key with one character more': `Bearer ${ADMIN}y`,
      'an admin key with one character less': `Bearer ${ADMIN.slice(0, -1)}`,
      'an API key nobody has': `Bearer ol_${'k'.repeat(43)}`,
      'an API key that was revoked': `Bearer ${revoked.key}`,
      'an API key cut short': `Bearer ${revoked.key.slice(0, -1)}`,
      'an API key without its scheme': revoked.key,
      'the id of an API key': `Bearer ${real.keyId}`,
      'an admin key in capitals': `Bearer ${ADMIN.toUpperCase()}`,
      'the name of an admin key': 'Bearer sandbox',
    }
    anonymous = (await aUser(world, { is_anonymous: true })).token
  })
  afterAll(() => stopWithCleanLogs(world))

  test('the table, walked, has every route under one of the guards proven here or in webhook-proofs', () => {
    const guards = new Set(routeTable.map(({ guard }) => guard))

    expect([...guards].sort()).toEqual([
      'admin',
      'elevenlabs',
      'elevenlabs_signed',
      'member',
      'public',
      'signup',
      'twilio',
    ])
  })

  test('the public routes, listed, are those that tell and cost nothing', () => {
    const open = routesOf('public').map(([name]) => name)

    expect(open).toEqual(['GET /livez', 'GET /readyz', 'GET /api/deployment/proof'])
  })

  test.each(routesOf(...bearer))(
    '%s, without a proof of who calls, answers 401 and does nothing',
    async (_name, route) => {
      const before = await effects(world)

      for (const [circumstance, authorization] of Object.entries(worthless)) {
        const answer = await request(
          world.origin,
          route.method.toUpperCase(),
          pathOf(route, real),
          {
            body: bodyOf(route),
            headers: authorization === undefined ? {} : { authorization },
          },
        )

        expect({ circumstance, status: answer.status }).toEqual({ circumstance, status: 401 })
        const isExpired = circumstance === 'an expired token'
        expectProblem(answer, 401, isExpired ? 'token_expired' : 'unauthorized')
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer( error="invalid_token")?$/)
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf(...bearer))(
    '%s, for an anonymous user, answers 403 and does nothing',
    async (_name, route) => {
      const before = await effects(world)

      const answer = await request(world.origin, route.method.toUpperCase(), pathOf(route, real), {
        token: anonymous,
        body: bodyOf(route),
      })

      expectProblem(answer, 403, 'anonymous_user')
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('admin'))(
    '%s, for a user, answers 403 and does nothing',
    async (_name, route) => {
      const before = await effects(world)

      const answer = await request(world.origin, route.method.toUpperCase(), pathOf(route, real), {
        token: user,
        body: bodyOf(route),
      })

      expectProblem(answer, 403, 'admin_required')
      expect(await effects(world)).toEqual(before)
    },
  )

  const anAgent = async (organizationId: string): Promise<string> =>
    (await createAgent(world, ADMIN, { organizationId })).body.agent_id

  const ofAnOrganization = (route: Route) =>
    route.path.includes(':organizationId') ||
    JSON.stringify(bodyOf(route, 'its-id') ?? '').includes('its-id')

  test.each(routesWhere((route) => route.guard === 'member' && ofAnOrganization(route)))(
    '%s, for a member of another organization, answers as if there were no such organization',
    async (_name, route) => {
      const { token } = await signUp(world, { provisionPhone: false })
      const before = await effects(world)
      const ask = (organizationId: string) =>
        request(
          world.origin,
          route.method.toUpperCase(),
          pathOf(route, { ...real, organizationId }),
          {
            token,
            body: bodyOf(route, organizationId),
          },
        )

      const foreign = await ask(real.organizationId ?? '')
      const missing = await ask(randomUUID())

      expectProblem(foreign, 404, 'organization_not_found')
      expect(withoutIds(foreign.body)).toEqual(withoutIds(missing.body))
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesWhere(({ guard, path }) => guard === 'member' && path.includes(':agentId')))(
    '%s, for a member of another organization, answers as if there were no such agent',
    async (_name, route) => {
      const { token } = await signUp(world, { provisionPhone: false })
      const before = await effects(world)
      const ask = (agentId: string) =>
        request(world.origin, route.method.toUpperCase(), pathOf(route, { agentId }), {
          token,
          body: bodyOf(route),
        })

      const foreign = await ask(real.agentId ?? '')
      const missing = await ask('agent_none')

      expectProblem(foreign, 404, 'agent_not_found')
      expect(withoutIds(foreign.body).replaceAll(real.agentId ?? '', 'agent_none')).toEqual(
        withoutIds(missing.body),
      )
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('member'))(
    '%s, for its own member and for an operator, is found',
    async (_name, route) => {
      const ask = async (token: string) => {
        const organizationId = real.organizationId ?? ''
        const memberId = await aMember(world.database.url, organizationId)
        const agentId = route.path.includes(':agentId') ? await anAgent(organizationId) : ''
        const customer = await aCustomer(world.database.url, organizationId)
        const delivery = route.path.includes(':endpointId')
          ? await aDelivery(world.database.url, organizationId)
          : {}
        const line = { id: organizationId, number: real.phoneNumber ?? '' }
        const seen =
          route.operationId === 'getMedium'
            ? { messageId: (await aPicture(world, line, '+16045558890')).id }
            : {}
        return request(
          world.origin,
          route.method.toUpperCase(),
          pathOf(route, { ...real, memberId, agentId, ...customer, ...delivery, ...seen }),
          { token, body: bodyOf(route, real.organizationId) },
        )
      }

      const answers = [await ask(user), await ask(ADMIN)]

      // 202, 409: let in, but the organization's number still waits for its import here.
      for (const { status } of answers) expect([200, 201, 202, 409]).toContain(status)
    },
  )

  test.each(routesWhere((route) => bearer.includes(route.guard) && route.body !== undefined))(
    '%s, refused above, was sent a body that it takes',
    (_name, route) => {
      const parsed = route.body?.safeParse(bodyOf(route))

      expect({ route: nameOf(route), taken: parsed?.success }).toMatchObject({ taken: true })
    },
  )
})

const keysOf = (organizationId: string) => `/api/organizations/${organizationId}/api-keys`

/** A problem without what differs from request to request. */
function withoutIds(body: object): string {
  const { requestId: _id, ...rest } = body as { requestId: string }
  return JSON.stringify(rest).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
}
