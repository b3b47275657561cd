import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { answerText, hang } from '../support/carrier-server.ts'
import { aListener, anEndpoint, deliverDue, endPauses } from '../support/events.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, control, notifications, request, signUp } from '../support/requests.ts'
import { webhookReceiver } from '../support/webhook-receiver.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045558701'
const OPERATORS = '/api/admin/webhook-endpoints'

describe('events told to webhook endpoints', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const text = (to: string, body = 'Hello', from = CUSTOMER) =>
    control(world, 'POST', 'sms', { from, to, body })
  const types = (events: { type: string }[]) => events.map(({ type }) => type)

  test('a text, received, is told once to the endpoint, signed with its secret', async () => {
    const receiver = await webhookReceiver()
    const { organizationId, number, secret } = await aListener(world, receiver.url, [
      'message.received',
    ])
    await text(number)

    await deliverDue(world)
    await deliverDue(world)

    const [event] = receiver.verified(secret)
    expect(receiver.requests).toHaveLength(1)
    expect(event).toMatchObject({
      type: 'message.received',
      organization_id: organizationId,
      late: false,
      data: { direction: 'inbound', from: CUSTOMER, to: number, body: 'Hello' },
    })
    expect(receiver.requests[0]?.headers['webhook-id']).toBe(event?.id)
  })

  test('a receiver, that has not answered within 15 seconds, is given up', async () => {
    const timeIsUp = new AbortController()
    const timeout = AbortSignal.timeout.bind(AbortSignal)
    const spy = vi
      .spyOn(AbortSignal, 'timeout')
      .mockImplementation((ms) => (ms === 15_000 ? timeIsUp.signal : timeout(ms)))
    onTestFinished(() => spy.mockRestore())
    const receiver = await webhookReceiver(hang)
    const { number, ask, deliveries } = await aListener(world, receiver.url, ['message.received'])
    await text(number)

    const delivering = deliverDue(world)
    await expect.poll(() => receiver.requests.length).toBe(1)
    timeIsUp.abort()
    await delivering

    expect(await deliveries()).toMatchObject([
      { status: 'pending', attempts: 1, error: 'no answer within 15 seconds' },
    ])
    await ask('DELETE', '')
  })

  test('an event, of one organization, is told to its own endpoints and the operators’, and to nobody else', async () => {
    const [own, other, operators] = [
      await webhookReceiver(),
      await webhookReceiver(),
      await webhookReceiver(),
    ]
    const first = await aListener(world, own.url)
    const second = await aListener(world, other.url)
    const all = await anEndpoint(world, OPERATORS, operators.url)
    await text(first.number, 'For the first')
    await text(second.number, 'For the second')

    await deliverDue(world)
    await all.ask('DELETE', '')

    const of = (receiver: typeof own) => new Set(receiver.events().map((e) => e.organization_id))
    expect(of(own)).toEqual(new Set([first.organizationId]))
    expect(of(other)).toEqual(new Set([second.organizationId]))
    expect(of(operators)).toEqual(new Set([first.organizationId, second.organizationId]))
    expect(types(own.events()).toSorted()).toEqual(['contact.created', 'message.received'])
  })

  test('an organization as such, signed up, suspended and resumed, is told of to operators alone', async () => {
    const [own, operators] = [await webhookReceiver(), await webhookReceiver()]
    const all = await anEndpoint(world, OPERATORS, operators.url, [
      'organization.created',
      'organization.suspended',
      'organization.resumed',
    ])
    const { organizationId } = await aListener(world, own.url)
    for (const status of ['suspended', 'suspended', 'active']) {
      await request(world.origin, 'PATCH', `/api/organizations/${organizationId}`, {
        token: ADMIN,
        body: { status },
      })
    }

    await deliverDue(world)
    await all.ask('DELETE', '')

    expect(types(operators.events()).toSorted()).toEqual([
      'organization.created',
      'organization.resumed',
      'organization.suspended',
    ])
    expect(types(own.events()).filter((type) => type.startsWith('organization'))).toEqual([])
  })

  test('a delivery, that fails and then succeeds, has the same id and the same body each time', async () => {
    const receiver = await webhookReceiver(answerText(500, '<p>no</p>'), answerText(204, ''))
    const { number, deliveries, read } = await aListener(world, receiver.url, ['message.received'])
    await text(number)

    await deliverDue(world)
    const [failed] = await deliveries('?status=pending')
    const { failing_since } = await read()
    await endPauses(world)
    await deliverDue(world)

    const [first, second] = receiver.requests
    expect(failed).toMatchObject({
      attempts: 1,
      status_code: 500,
      answer: '<p>no</p>',
      error: 'answered 500',
    })
    expect(failing_since).not.toBeNull()
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.body).toBe(first?.body)
    expect(await deliveries()).toMatchObject([
      { status: 'delivered', attempts: 2, status_code: 204, next_attempt_at: null },
    ])
    expect((await read()).failing_since).toBeNull()
  })

  test('an endpoint, that failed ten times with an event, is not told it any more until it is replayed', async () => {
    const receiver = await webhookReceiver(
      ...Array.from({ length: 10 }, () => answerText(503, 'away')),
      answerText(200, 'back'),
    )
    const { number, deliveries, ask } = await aListener(world, receiver.url, ['message.received'])
    await text(number)
    for (let tries = 0; tries < 12; tries += 1) {
      await deliverDue(world)
      await endPauses(world)
    }
    const [failed] = await deliveries('?status=failed')

    const replayed = await ask('POST', `/deliveries/${failed.id}/replay`)
    await deliverDue(world)

    expect(failed).toMatchObject({ attempts: 10, next_attempt_at: null, answer: 'away' })
    expect(replayed.status).toBe(202)
    expect(receiver.requests).toHaveLength(11)
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }])
  })

  test('an endpoint, that answers 410, is told nothing any more, and a person is', async () => {
    const receiver = await webhookReceiver(answerText(410, 'gone'))
    const { id, number, read, ask } = await aListener(world, receiver.url, ['message.received'])
    await text(number)

    await deliverDue(world)
    await text(number, 'Once more')
    await deliverDue(world)

    const reported = await notifications(world, '?type=webhook_endpoint_paused&status=pending')
    expect(receiver.requests).toHaveLength(1)
    expect(await read()).toMatchObject({ status: 'paused', paused_reason: 'gone' })
    expect(reported.map(({ message }: { message: string }) => message)).toEqual([
      expect.stringContaining(`Webhook endpoint ${id}`),
    ])
    await ask('DELETE', '')
    expect(await notifications(world, '?type=webhook_endpoint_paused&status=pending')).toEqual([])
  })

  test('an endpoint, that has failed for five days, is paused; resumed, it is told all that waited', async () => {
    const receiver = await webhookReceiver(
      answerText(503, 'away'),
      answerText(503, 'away'),
      answerText(200, 'back'),
    )
    const { id, number, read, ask } = await aListener(world, receiver.url, ['message.received'])
    await world.sql(
      "update webhook_endpoints set failing_since = now() - interval '6 days' where id = $1",
      [id],
    )
    await text(number, 'first')
    await deliverDue(world)
    await endPauses(world)
    await deliverDue(world)
    const paused = await read()
    await text(number, 'second')
    await deliverDue(world)
    const whilePaused = receiver.requests.length

    await ask('PATCH', '', { status: 'active' })
    await deliverDue(world)

    expect(paused).toMatchObject({ status: 'paused', paused_reason: 'failing' })
    expect(whilePaused).toBe(2)
    const bodies = receiver.events().map(({ data }) => data.body)
    expect(bodies.slice(2).toSorted()).toEqual(['first', 'second'])
    expect(await read()).toMatchObject({ status: 'active', paused_reason: null })
    expect(await notifications(world, '?type=webhook_endpoint_paused&status=pending')).toEqual([])
  })

  test('an endpoint, paused and asked to test or replay, refuses; active, it takes a test', async () => {
    const receiver = await webhookReceiver()
    const { ask, deliveries, secret, id } = await aListener(world, receiver.url, ['call.ended'])
    await ask('PATCH', '', { status: 'paused' })
    const refused = await ask('POST', '/test')
    const since = new Date(0).toISOString()
    const notReplayed = await ask('POST', '/replay', { since })
    await ask('PATCH', '', { status: 'active' })

    const tested = await ask('POST', '/test')
    await deliverDue(world)

    expectProblem(refused, 409, 'webhook_endpoint_paused')
    expectProblem(notReplayed, 409, 'webhook_endpoint_paused')
    expect(tested.status).toBe(202)
    expect(receiver.verified(secret)).toMatchObject([
      { type: 'endpoint.test', data: { endpoint_id: id } },
    ])
    expect(await deliveries()).toMatchObject([{ type: 'endpoint.test', status: 'delivered' }])
  })

  test('a secret, rotated twice, leaves those of before good for a day, and then no more', async () => {
    const receiver = await webhookReceiver()
    const { id, number, secret, ask } = await aListener(world, receiver.url, ['message.received'])
    const [second, third] = [
      (await ask('POST', '/rotate-secret')).body.secret,
      (await ask('POST', '/rotate-secret')).body.secret,
    ]
    await text(number)
    await deliverDue(world)
    const each = [secret, second, third].map((known) => receiver.verified(known).length)

    await world.sql('update webhook_endpoints set previous_secrets_until = now() where id = $1', [
      id,
    ])
    await text(number)
    await deliverDue(world)

    expect(new Set([secret, second, third]).size).toBe(3)
    expect(each).toEqual([1, 1, 1])
    expect(receiver.verified(third)).toHaveLength(2)
    expect(() => receiver.verified(secret)).toThrow()
    expect(() => receiver.verified(second)).toThrow()
  })

  test('everything since a moment, replayed, is told again under the same ids', async () => {
    const receiver = await webhookReceiver()
    const { number, ask } = await aListener(world, receiver.url, ['message.received'])
    for (const body of ['one', 'two']) await text(number, body)
    await deliverDue(world)
    const before = receiver.events().map(({ id }) => id)

    const none = await ask('POST', '/replay', { since: '2100-01-01T00:00:00Z' })
    const all = await ask('POST', '/replay', { since: '2020-01-01T00:00:00Z' })
    await deliverDue(world)

    expect([none.body.count, all.body]).toEqual([0, { success: true, count: 2, nextSince: null }])
    const after = receiver.events().map(({ id }) => id)
    expect(after.toSorted()).toEqual([...before, ...before].toSorted())
  })

  test('an event, while the numbers point at another server, is told by that one alone', async () => {
    const receiver = await webhookReceiver()
    const { number } = await aListener(world, receiver.url, ['message.received'])
    await text(number)
    await world.sql("update deployment set public_url = 'https://original.example.com'")
    await deliverDue(world)
    const byCopy = receiver.requests.length

    await world.sql('update deployment set public_url = null')
    await deliverDue(world)

    expect(byCopy).toBe(0)
    expect(receiver.requests).toHaveLength(1)
  })

  test('a customer, erased, leaves no event and no delivery; that it was erased is told by its id', async () => {
    const receiver = await webhookReceiver()
    const { organizationId, number, id } = await aListener(world, receiver.url)
    await text(number, 'Told before')
    await deliverDue(world)
    await text(number, 'Not told yet')
    const [contact] = await world.sql<{ id: string }>(
      'select id from contacts where organization_id = $1',
      [organizationId],
    )
    await request(
      world.origin,
      'DELETE',
      `/api/organizations/${organizationId}/contacts/${contact?.id}`,
      { token: ADMIN },
    )

    await deliverDue(world)

    const kept = await world.sql(
      'select e.type, e.facts from event_deliveries d join events e on e.id = d.event_id where d.endpoint_id = $1',
      [id],
    )
    expect(kept).toEqual([{ type: 'contact.erased', facts: { id: contact?.id } }])
    expect(receiver.events().at(-1)).toMatchObject({
      type: 'contact.erased',
      data: { id: contact?.id },
    })
    expect(receiver.events().map(({ data }) => data.body)).not.toContain('Not told yet')
    const left = await world.sql(
      'select from events where organization_id = $1 and facts::text like $2',
      [organizationId, `%${CUSTOMER}%`],
    )
    expect(left).toEqual([])
  })

  test.each([
    ['a private address', 'https://10.0.0.7/x', 'reached from the internet'],
    ['the metadata address', 'https://169.254.169.254/latest', 'reached from the internet'],
    ['an address in another notation', 'https://0x0a000007/x', 'reached from the internet'],
    ['IPv4 within IPv6', 'https://[::ffff:10.0.0.7]/x', 'reached from the internet'],
    ['a name of a private network', 'https://crm.internal/x', 'reached from the internet'],
    ['http', 'http://crm.example.com/x', 'https://'],
    ['a password', 'https://me:secret@crm.example.com/x', 'user or password'],
  ])(
    'an endpoint, at %s, is refused where it is entered, and where it is changed',
    async (_, url, why) => {
      const { organization } = await signUp(world, { provisionPhone: false })
      const base = `/api/organizations/${organization.id}/webhook-endpoints`
      const { ask } = await anEndpoint(world, base, 'https://crm.example.com/x')

      const entered = await request(world.origin, 'POST', base, { token: ADMIN, body: { url } })
      const changed = await ask('PATCH', '', { url })

      for (const refused of [entered, changed]) {
        expectProblem(refused, 400, 'webhook_url_unfit')
        expect(JSON.stringify(refused.body.errors)).toContain(why)
      }
    },
  )

  test.each([
    ['a type that is none', ['message.read']],
    ['an operators’ type', ['organization.created']],
    ['no type', []],
  ])('an endpoint, for %s, is refused', async (_, events) => {
    const { organization } = await signUp(world, { provisionPhone: false })

    const refused = await request(
      world.origin,
      'POST',
      `/api/organizations/${organization.id}/webhook-endpoints`,
      { token: ADMIN, body: { url: 'https://crm.example.com/x', events } },
    )

    expectProblem(refused, 400, 'validation_failed')
  })

  test('an endpoint, of another organization, is nobody’s, whatever is asked of it', async () => {
    const receiver = await webhookReceiver()
    const { id } = await aListener(world, receiver.url)
    const { organization } = await signUp(world, { provisionPhone: false })
    const foreign = `/api/organizations/${organization.id}/webhook-endpoints/${id}`

    const answers = await Promise.all([
      request(world.origin, 'GET', foreign, { token: ADMIN }),
      request(world.origin, 'DELETE', foreign, { token: ADMIN }),
      request(world.origin, 'POST', `${foreign}/rotate-secret`, { token: ADMIN }),
      request(world.origin, 'POST', `${foreign}/deliveries/${randomUUID()}/replay`, {
        token: ADMIN,
      }),
      request(world.origin, 'GET', `${OPERATORS}/${id}`, { token: ADMIN }),
    ])

    for (const answer of answers) expectProblem(answer, 404, 'endpoint_not_found')
  })
})
