import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/http/route.ts'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { aUser, request } from '../support/requests.ts'
import { bodyOf, pathOf, queryOf, routesOf, routesWhere } from '../support/route-table.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

const isForAdmins = ({ guard, problems }: Route) =>
  guard === 'member' && problems?.includes('role_required') === true

describe('API5:2023, broken function level authorization', () => {
  let world: World
  let tenant: Tenant
  let stranger: string
  beforeAll(async () => {
    world = await startWorld()
    tenant = await aTenant(world)
    stranger = (await aUser(world)).token
  })
  afterAll(() => stopWithCleanLogs(world))

  const send = (
    route: Route,
    token: string,
    more: { path?: string; method?: string; headers?: Record<string, string> } = {},
  ) =>
    request(
      world.origin,
      more.method ?? route.method,
      more.path ?? pathOf(route, tenant.ids) + queryOf(route),
      { token, body: bodyOf(route, tenant.organizationId), headers: more.headers ?? {} },
    )

  const callers = (): [string, string, string][] => [
    ['an admin of an organization', tenant.token, 'admin_required'],
    ['a member', tenant.member, 'admin_required'],
    ['a user of no organization', stranger, 'admin_required'],
    ['a key with every scope', tenant.key, 'admin_required'],
  ]

  test('the paths of operators, walked, are for operators, and no other path is', () => {
    const wrong = routesWhere(
      ({ path, guard }) => path.startsWith('/api/admin/') !== (guard === 'admin'),
    )

    expect(wrong).toEqual([])
  })

  test.each(routesOf('admin'))(
    '%s, for operators, answers 403 to everybody else and does nothing',
    async (_name, route) => {
      const before = await effects(world)

      for (const [who, token, code] of callers()) {
        const answer = await send(route, token)

        expect({ who, status: answer.status }).toEqual({ who, status: 403 })
        expectProblem(answer, 403, code)
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('admin'))(
    '%s, for operators, written in another way, is that route or none',
    async (_name, route) => {
      const path = pathOf(route, tenant.ids)
      const before = await effects(world)

      for (const other of [
        path.toUpperCase().replaceAll('%2B', '%2b'),
        `${path}/`,
        path.replace('/api/admin', '//api/admin'),
        path.replace('/api/admin', '/api//admin'),
        path.replace('/api/admin', '/api/./admin'),
        path.replace('/api/admin', '/api/organizations/../admin'),
        path.replace('/api/admin', '/api/%61dmin'),
        `${path};a=b`,
        `${path}%00`,
        `${path}.json`,
      ]) {
        const { status } = await send(route, tenant.token, { path: other })
        expect({ other, refused: [400, 403, 404, 405].includes(status) }).toEqual({
          other,
          refused: true,
        })
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesOf('admin'))(
    '%s, for operators, asked for by headers that name another method or path, is not reached',
    async (_name, route) => {
      const before = await effects(world)
      const headers = {
        'x-http-method-override': route.method.toUpperCase(),
        'x-method-override': route.method.toUpperCase(),
        'x-original-url': pathOf(route, tenant.ids),
        'x-rewrite-url': pathOf(route, tenant.ids),
      }

      const answer = await send(route, tenant.token, {
        path: `/api/organizations/${tenant.organizationId}`,
        method: 'put',
        headers,
      })

      expectProblem(answer, 405, 'method_not_allowed')
      expect(await effects(world)).toEqual(before)
    },
  )

  test('the changes that plain members may make, walked, are those of daily work and of themselves', () => {
    const theirs = routesWhere(
      (route) => route.guard === 'member' && route.method !== 'get' && !isForAdmins(route),
    )

    expect(theirs.map(([name]) => name).sort()).toEqual([
      'DELETE /api/organizations/:organizationId/contacts/:contactId',
      'POST /api/elevenlabs/outbound-call',
      'POST /api/organizations/:organizationId/contacts',
      'POST /api/organizations/:organizationId/contacts/:contactId/merge',
      'POST /api/organizations/:organizationId/messages',
      'PUT /api/organizations/:organizationId/contacts/:contactId',
    ])
  })

  /** Whoever is a member may leave. */
  const mayDo = (name: string) =>
    name === 'DELETE /api/organizations/:organizationId/members/:memberId'

  test.each(routesWhere(isForAdmins).filter(([name]) => !mayDo(name)))(
    '%s, for the admins of an organization, answers 403 to its plain members and does nothing',
    async (_name, route) => {
      const before = await effects(world)

      const answer = await send(route, tenant.member)

      expectProblem(answer, 403, 'role_required')
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(routesWhere(({ guard, scope }) => ['signup', 'member'].includes(guard) && !scope))(
    '%s, for people, answers 403 to a key with every scope and does nothing',
    async (_name, route) => {
      const before = await effects(world)

      const answer = await send(route, tenant.key)

      expectProblem(answer, 403, 'key_not_allowed')
      expect(await effects(world)).toEqual(before)
    },
  )

  test('a member, removing another, is refused and removes nobody', async () => {
    const path = `/api/organizations/${tenant.organizationId}/members`
    const { body } = await request(world.origin, 'GET', path, { token: tenant.token })
    const admin = body.members.find(({ role }: { role: string }) => role === 'admin')
    const before = await effects(world)

    const answer = await request(world.origin, 'DELETE', `${path}/${admin.user_id}`, {
      token: tenant.member,
    })

    expectProblem(answer, 403, 'role_required')
    expect(await effects(world)).toEqual(before)
  })
})
