import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/http/route.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, type Answer, request } from '../support/requests.ts'
import { bodyOf, pathOf, queryOf, routesWhere } from '../support/route-table.ts'
import { aTenant, type Tenant } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

const isForClients = ({ guard }: Route) => ['signup', 'member', 'admin'].includes(guard)
const everyRoute = routesWhere(() => true)

describe('API8:2023, security misconfiguration', () => {
  let world: World
  let tenant: Tenant
  beforeAll(async () => {
    world = await startWorld()
    tenant = await aTenant(world)
  })
  afterAll(() => stopWithCleanLogs(world))

  const send = (
    route: Route,
    more: { token?: string; method?: string; body?: unknown; headers?: Record<string, string> },
  ) =>
    request(world.origin, more.method ?? route.method, pathOf(route, tenant.ids) + queryOf(route), {
      ...(isForClients(route) && { body: bodyOf(route, tenant.organizationId) }),
      ...more,
    })

  test.each(everyRoute)(
    '%s, answered or refused, has the headers that protect it and none that tell what serves it',
    async (_name, route) => {
      for (const answer of [await send(route, {}), await send(route, { token: tenant.token })])
        expectProtected(answer)
    },
  )

  test.each(routesWhere(isForClients))(
    '%s, answered to whoever sent a token, is kept by no cache',
    async (_name, route) => {
      const { headers } = await send(route, { token: tenant.token })

      expect(headers.get('cache-control')).toBe('no-store')
    },
  )

  test.each(everyRoute)(
    '%s, asked from a page where no origin is set, gives that page no leave',
    async (_name, route) => {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }

      for (const method of [route.method, 'options'])
        expect(
          (await send(route, { method, headers })).headers.get('access-control-allow-origin'),
        ).toBeNull()
    },
  )

  test.each(
    routesWhere(({ guard, body }) => isForClients({ guard } as Route) && body !== undefined),
  )(
    '%s, sent what no parser takes, answers a problem that tells no internals',
    async (_name, route) => {
      const broken = [
        '{"a":',
        'null',
        '[]',
        '"text"',
        '1e999',
        `{"a":${'['.repeat(2_000)}`,
        '\u0000',
      ]

      for (const body of broken) {
        const answer = await send(route, { token: ADMIN, body })
        expectProblem(answer, 400, answer.body.code)
      }
      const typed = { 'content-type': 'application/xml' }
      const answer = await send(route, { token: ADMIN, body: '<a/>', headers: typed })
      expectProblem(answer, 415, 'unsupported_media_type')
    },
  )

  test.each(['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'DEBUG'])(
    '%s, a method for looking inside, is answered by nothing but a refusal',
    async (method) => {
      const { port } = new URL(world.origin)
      const reply = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () =>
          socket.write(
            `${method} /livez HTTP/1.1\r\nHost: x\r\nX-Seen: mirror\r\nConnection: close\r\n\r\n`,
          ),
        )
        let text = ''
        socket.on('data', (data) => {
          text += data
        })
        socket.on('close', () => resolve(text))
        socket.on('error', reject)
      })

      expect(reply).not.toMatch(/^HTTP\/1\.1 2/)
      expect(reply).not.toContain('mirror')
    },
  )
})

function expectProtected({ headers }: Answer): void {
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/)
  expect(headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect([headers.get('x-powered-by'), headers.get('server'), headers.get('set-cookie')]).toEqual([
    null,
    null,
    null,
  ])
}
