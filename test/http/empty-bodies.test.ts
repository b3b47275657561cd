import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isForClients } from '../../src/http/route.ts'
import { effects } from '../support/effects.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, answerOf, signUp } from '../support/requests.ts'
import { pathOf, routesWhere } from '../support/route-table.ts'
import { startWorld, type World } from '../support/world.ts'

const json = { 'content-type': 'application/json' }
const chunked = { 'transfer-encoding': 'chunked' }

/** How clients and proxies send nothing. */
const nothings: [string, Record<string, string | number>, Buffer?][] = [
  ['of no length', { 'content-length': 0 }],
  ['of no length, said to be JSON', { 'content-length': 0, ...json }],
  ['without an end said before', chunked],
  ['without an end said before, said to be JSON', { ...chunked, ...json }],
  ['packed', { ...chunked, ...json, 'content-encoding': 'gzip' }, gzipSync('')],
]

describe('a request, of which no byte of a body came', () => {
  let world: World
  let values: Record<string, string>
  beforeAll(async () => {
    world = await startWorld()
    const { organization } = await signUp(world)
    values = { organizationId: organization.id, phoneNumber: organization.phoneNumber }
  })
  afterAll(() => stopWithCleanLogs(world))

  async function send(
    method: string,
    path: string,
    headers: Record<string, string | number>,
    bytes?: Buffer,
  ) {
    const sending = request(`${world.origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN}`, ...headers },
    }).end(bytes)
    const [response] = (await once(sending, 'response')) as [IncomingMessage]
    const text = Buffer.concat(await response.toArray()).toString()
    const answered = new Response(text || null, {
      status: response.statusCode ?? 0,
      headers: response.headers as Record<string, string>,
    })
    return answerOf(method, path, answered)
  }

  const ids = [
    'memberId',
    'keyId',
    'agentId',
    'inviteId',
    'contactId',
    'orderId',
    'notificationId',
    'endpointId',
  ]
  const withIds = () => ({ ...values, ...Object.fromEntries(ids.map((id) => [id, randomUUID()])) })

  test.each(
    routesWhere(
      (route) => isForClients(route) && route.body !== undefined && !route.hasOptionalBody,
    ),
  )(
    '%s, which takes a body, is refused for want of one, and does nothing',
    async (_name, route) => {
      const before = await effects(world)

      for (const [how, headers, bytes] of nothings) {
        const answer = await send(
          route.method.toUpperCase(),
          pathOf(route, withIds()),
          headers,
          bytes,
        )

        expect({ how, status: answer.status }).toEqual({ how, status: 400 })
        for (const { path } of answer.body.errors) expect(path).toMatch(/^body/)
      }
      expect(await effects(world)).toEqual(before)
    },
  )

  test.each(nothings)('where none is wanted, %s, is served', async (_how, headers, bytes) => {
    const path = `/api/organizations/${values.organizationId}`

    expect(await send('GET', path, headers, bytes)).toMatchObject({ status: 200 })
  })
})
