import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isStream } from '../../src/http/route.ts'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem, wrongParts } from '../support/problems.ts'
import { answerIn } from '../support/raw-http.ts'
import { ADMIN, atCarriers, aUser, request, signUp } from '../support/requests.ts'
import { bodyOf, pathOf, routesWhere } from '../support/route-table.ts'
import { SMS_PATH } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('HTTP, in its details', () => {
  let world: World
  let organizationId: string
  beforeAll(async () => {
    world = await startWorld()
    organizationId = (await signUp(world, { provisionPhone: false })).organization.id
  })
  afterAll(() => stopWithCleanLogs(world))

  const ask = (method: string, path: string, more: object = {}) =>
    request(world.origin, method, path, { token: ADMIN, ...more })

  test.each(['/livez', '/readyz'])(
    'a probe, of %s with a query, is answered as without',
    async (path) => {
      const { status } = await request(world.origin, 'GET', `${path}?probe=balancer`)

      expect(status).toBe(200)
    },
  )

  test('an answer, to whoever sent a token, is for no cache', async () => {
    const answers = [
      await ask('GET', `/api/organizations/${organizationId}`),
      await ask('GET', `/api/organizations/${randomUUID()}`),
      await request(world.origin, 'GET', '/api/me', { token: 'worthless' }),
    ]

    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store')
  })

  // RFC 9110, 15.3.2: without Location it is the target URI that identifies what was made.
  test.each(routesWhere(({ replies, location }) => 201 in replies && location === undefined))(
    '%s, that names no place where it can be read, has a list at its own path, and none of what it made',
    (_name, { path }) => {
      const ofOne = new RegExp(`^${path}/:\\w+$`)

      expect(routesWhere((route) => route.method === 'get' && route.path === path)).toHaveLength(1)
      expect(routesWhere((route) => route.method === 'get' && ofOne.test(route.path))).toEqual([])
    },
  )

  test.each(routesWhere(({ location }) => location !== undefined))(
    '%s, that made something, says where it can be read',
    async (_name, route) => {
      const { token } = await aUser(world)
      const { organization } = await signUp(world, {}, token)
      const ready = "update phone_numbers set sms_status = 'ready' where phone_number = $1"
      await world.sql(ready, [organization.phoneNumber])
      const body = {
        signUpOrganization: {
          name: `Made ${randomUUID()}`,
          email: 'k@example.com',
          provisionPhone: false,
        },
        createAgent: { agent_name: 'Mia', organizationId: organization.id, provision_phone: false },
        createContact: { phoneNumber: '+16045558860' },
        sendMessage: { to: '+16045558861', body: 'Hello' },
        addAgentPhoneNumber: { area_code: '604' },
        buyPhoneNumberFor: { areaCode: '604' },
        createWebhookEndpoint: { url: 'https://crm.example.com/orgline' },
        createOperatorsWebhookEndpoint: { url: 'https://crm.example.com/orgline' },
      }[route.operationId]
      const as = route.guard === 'admin' ? ADMIN : token
      const agent = { organizationId: organization.id, provision_phone: false }
      const { agent_id: agentId } = (await createAgent(world, token, agent)).body
      const path = pathOf(route, { organizationId: organization.id, agentId })
      const key = randomUUID()
      const send = (to: string) =>
        ask('POST', to, { token: as, body, headers: { 'idempotency-key': key } })

      // Written with a slash at its end, a path is the same one.
      const answers = [await send(`${path}/`), await send(`${path}/`), await send(path)]

      for (const made of answers) {
        const location = made.headers.get('location') ?? ''
        expect(made.status).toBe(201)
        expect((await ask('GET', location, { token: as })).status).toBe(200)
      }
    },
  )

  const withId = routesWhere(({ path }) => /:(organization|order|notification|invite)Id/.test(path))
  test.each(withId)('%s, of what is no id, says that it must be a UUID', async (_name, route) => {
    const path = route.path.replace(/:\w+/g, 'nonsense')

    const answer = await ask(route.method.toUpperCase(), path, { body: bodyOf(route) })

    expectProblem(answer, 400, 'validation_failed')
    expect(answer.body.detail).toMatch(/path\.\w+Id: must be a UUID/)
    expect(answer.body.detail).not.toContain('GUID')
  })

  test('a usage report, that has two types, varies by Accept', async () => {
    const { headers } = await ask('GET', `/api/organizations/${organizationId}/usage`)

    expect(headers.get('vary')).toContain('Accept')
  })

  test('a refusal, of a token that was sent, says so; of none, asks for one', async () => {
    const none = await request(world.origin, 'GET', '/api/me')
    const wrong = await request(world.origin, 'GET', '/api/me', { token: 'worthless' })

    expect(none.headers.get('www-authenticate')).toBe('Bearer')
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  test('a body, of another type, is told which one is read', async () => {
    const answer = await ask('POST', '/api/auth/organizations', {
      body: 'name=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })

    expectProblem(answer, 415, 'unsupported_media_type')
    expect(answer.headers.get('accept')).toBe('application/json')
    expect(answer.headers.get('accept-encoding')).toBeNull()
  })

  test.each([
    ['/api/auth/organizations', 'nonsense'],
    ['/api/auth/organizations', 'br'],
    [SMS_PATH, 'nonsense'],
    [SMS_PATH, 'br'],
  ])('a body, for %s, packed with %s, is told which packings are read', async (path, packing) => {
    const answer = await ask('POST', path, {
      body: 'name=x',
      headers: {
        'content-type': 'application/json',
        'content-encoding': packing,
        'x-twilio-signature': `${'A'.repeat(27)}=`,
      },
    })

    expectProblem(answer, 415, 'unsupported_media_type')
    expect(answer.headers.get('accept-encoding')).toBe('gzip, deflate')
    expect(answer.headers.get('accept')).toBeNull()
  })

  test('a key of idempotency, in quotes and without, is one', async () => {
    const { token } = await aUser(world)
    const key = randomUUID()
    const body = { name: `Quoted ${key}`, email: 'k@example.com', provisionPhone: false }
    const send = (value: string) =>
      request(world.origin, 'POST', '/api/auth/organizations', {
        token,
        body,
        headers: { 'idempotency-key': value },
      })

    const answers = [await send(key), await send(`"${key}"`)]

    expect(answers[1]?.status).toBe(201)
    expect(answers[1]?.body).toEqual(answers[0]?.body)
  })

  test.each(['//evil.test/x', '/api/<b>', '/100%', '/api/{id}|^`"'])(
    'the instance of a problem, of the path %s, is a reference without a host',
    async (path) => {
      const problem = await raw(path)

      expect(problem.instance).toMatch(/^\/(?!\/)(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9A-F]{2})*$/i)
      expect(new URL(problem.instance, world.origin).origin).toBe(world.origin)
    },
  )

  /** The problem that answers a path that no client would send as it is. */
  const raw = (path: string) =>
    new Promise<{ instance: string }>((resolve, reject) => {
      const { hostname, port } = new URL(world.origin)
      let answer = ''
      connect(Number(port), hostname)
        .on('error', reject)
        .on('data', (chunk) => {
          answer += chunk
        })
        .on('end', () => resolve(answerIn(answer, 'GET', path).body))
        .write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    })

  const takesNone = routesWhere(
    ({ guard, body }) => body === undefined && ['signup', 'member', 'admin'].includes(guard),
  )

  test.each(takesNone)('%s, which takes no body, refuses a field of one', async (_name, route) => {
    const values = route.path.replace(/:(\w+)/g, (_all, name) =>
      name === 'phoneNumber' ? '+16045550123' : randomUUID(),
    )
    const refused = await ask(route.method, values, { body: { organizationId } })
    // A stream that is taken has no end.
    const taken = isStream(route) ? undefined : await ask(route.method, values, { body: {} })

    expectProblem(refused, 400, 'validation_failed')
    expect(wrongParts(refused)).toContain('body')
    expect(refused.body.detail).toContain('organizationId')
    expect(taken?.body.detail ?? '').not.toContain('body')
  })

  test('a body in Latin-1, is refused: nothing is stored that was not sent', async () => {
    const response = await fetch(`${world.origin}/api/organizations/${organizationId}/contacts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
      body: Buffer.from('{"phoneNumber": "+16045550188", "name": "M\xfcller"}', 'latin1'),
    })

    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid_json' })
  })

  test('a purchase, without a body, is refused and buys nothing; with {} it buys', async () => {
    const path = `/api/admin/organizations/${organizationId}/phone-numbers/purchase`
    const bought = async () => (await atCarriers(world)).twilio.numbers.length
    const before = await bought()

    const without = await ask('POST', path)
    const after = await bought()
    const empty = await ask('POST', path, { body: {} })

    expectProblem(without, 400, 'validation_failed')
    expect(wrongParts(without)).toEqual(['body'])
    expect(after).toBe(before)
    expect(empty.status).toBe(201)
  })
})
