import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cursorOf, placeOf } from '../../src/events/streams/place.ts'
import { aKey } from '../support/api-keys.ts'
import { recordEvents, streamable } from '../support/event-rows.ts'
import { followStream } from '../support/event-stream.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, control, request, signUp } from '../support/requests.ts'
import { aContact } from '../support/rows.ts'
import { startWorld, type World } from '../support/world.ts'

const CUSTOMER = '+16045558703'
const never = new AbortController().signal

describe('streams of events, over HTTP', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  const text = (to: string, body: string) =>
    control(world, 'POST', 'sms', { from: CUSTOMER, to, body })
  const pathOf = (organizationId: string) => `/api/organizations/${organizationId}/events`

  /** Whose sign-up is over for every stream: one that begins earlier may begin with `number.ready`. */
  async function aDealer() {
    const { organization, token } = await signUp(world)
    await streamable(world.database.url, organization.id)
    return { id: organization.id as string, number: organization.phoneNumber as string, token }
  }

  const follow = (path: string, token: string, lastEventId?: string) =>
    followStream(`${world.origin}${path}`, {
      token,
      ...(lastEventId !== undefined && { lastEventId }),
    })
  type Stream = Awaited<ReturnType<typeof follow>>

  /** Once it has read so many events; everybody else has read what they will by then. */
  async function arrived(stream: Stream, count: number) {
    await expect
      .poll(async () => {
        await world.context.events.streams.tick(never)
        return stream.state.events.length
      })
      .toBeGreaterThanOrEqual(count)
    return stream.state.events
  }

  const bodies = ({ state }: Stream) => state.events.map(({ data }) => data.data.body ?? data.type)

  test('a text, received, comes to members, keys that may read and operators, and to no other organization', async () => {
    const [own, other] = [await aDealer(), await aDealer()]
    const { key } = await aKey(world, own.id, ['read'])
    const streams = await Promise.all([
      follow(pathOf(own.id), own.token),
      follow(pathOf(own.id), key),
      follow(pathOf(own.id), ADMIN),
    ])
    const [all, foreign] = [
      await follow('/api/admin/events', ADMIN),
      await follow(pathOf(other.id), other.token),
    ]

    await text(other.number, 'For the other')
    await text(own.number, 'For us')

    for (const stream of streams) {
      await arrived(stream, 2)
      expect(bodies(stream)).toEqual(['contact.created', 'For us'])
    }
    await arrived(foreign, 2)
    expect(bodies(foreign)).toEqual(['contact.created', 'For the other'])
    const shown = (await arrived(all, 4)).filter(({ data }) =>
      [own.id, other.id].includes(data.organization_id),
    )
    expect(shown.map(({ data }) => data.data.body ?? data.type)).toEqual(
      expect.arrayContaining(['For the other', 'For us']),
    )
  })

  test('an event, streamed, is what a webhook endpoint is told of it, with its type and a cursor', async () => {
    const { id, number, token } = await aDealer()
    const stream = await follow(pathOf(id), token)
    await text(number, 'Hello')

    const [, event] = await arrived(stream, 2)

    expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(stream.response.headers.get('cache-control')).toBe('no-store')
    expect(event).toMatchObject({
      type: 'message.received',
      data: {
        type: 'message.received',
        organization_id: id,
        late: false,
        data: { body: 'Hello', from: CUSTOMER, to: number },
      },
    })
    const [row] = await world.sql<{ xid: string }>('select xid::text from events where id = $1', [
      event?.data.id,
    ])
    expect(placeOf(event?.id ?? '')?.xid).toBe(row?.xid)
  })

  test('an organization as such, suspended, is streamed to operators alone', async () => {
    const { id, token } = await aDealer()
    const [own, all] = [await follow(pathOf(id), token), await follow('/api/admin/events', ADMIN)]

    await request(world.origin, 'PATCH', `/api/organizations/${id}`, {
      token: ADMIN,
      body: { status: 'suspended' },
    })
    await recordEvents(world.database.url, id)

    await arrived(own, 1)
    expect(own.types()).toEqual(['message.received'])
    await expect
      .poll(async () => {
        await world.context.events.streams.tick(never)
        return all.state.events
          .filter(({ data }) => data.organization_id === id)
          .map(({ type }) => type)
      })
      .toEqual(expect.arrayContaining(['organization.suspended', 'message.received']))
  })

  test.each([
    ['the header Last-Event-ID', (id: string) => ['', id]],
    ['the query', (id: string) => [`?after=${id}`, undefined]],
    [
      'the header, which is newer than the query',
      (id: string, first: string) => [`?after=${first}`, id],
    ],
  ] as const)(
    'a stream, that is asked for by %s, goes on behind that event',
    async (_how, asked) => {
      const { id, number, token } = await aDealer()
      const before = await follow(pathOf(id), token)
      await text(number, 'One')
      await text(number, 'Two')
      await arrived(before, 3)
      const { lastId: first } = before.state
      await before.leave()
      await text(number, 'Three')
      await text(number, 'Four')

      const [, one] = before.state.events
      const [query, header] = asked(one?.id ?? '', first)
      const stream = await follow(`${pathOf(id)}${query}`, token, header)

      await arrived(stream, 3)
      expect(bodies(stream)).toEqual(['Two', 'Three', 'Four'])
    },
  )

  test('a stream, that is asked for by its first id, before any event, leaves nothing out', async () => {
    const { id, number, token } = await aDealer()
    const before = await follow(pathOf(id), token)
    await expect.poll(() => before.state.lastId).not.toBe('')
    await before.leave()
    await text(number, 'While nobody reads')

    const stream = await follow(pathOf(id), token, before.state.lastId)

    await arrived(stream, 2)
    expect(bodies(stream)).toEqual(['contact.created', 'While nobody reads'])
  })

  test('more events than a page has, behind a cursor, come all, once and in order', async () => {
    const { id, token } = await aDealer()
    const before = await follow(pathOf(id), token)
    await expect.poll(() => before.state.lastId).not.toBe('')
    await before.leave()
    await recordEvents(world.database.url, id, 230)

    const stream = await follow(pathOf(id), token, before.state.lastId)

    const events = await arrived(stream, 230)
    const rows = await world.sql<{ id: string }>(
      "select id from events where organization_id = $1 and type = 'message.received' order by xid, position",
      [id],
    )
    expect(events.map(({ data }) => data.id)).toEqual(rows.map((row) => row.id))
  })

  test('a customer, erased, is in no stream that begins before, but for that it was erased', async () => {
    const { id, token } = await aDealer()
    const before = await follow(pathOf(id), token)
    await expect.poll(() => before.state.lastId).not.toBe('')
    await before.leave()
    const contactId = await aContact(world.database.url, id, { name: 'Jane Miller' })
    await request(world.origin, 'DELETE', `/api/organizations/${id}/contacts/${contactId}`, {
      token,
    })

    const stream = await follow(pathOf(id), token, before.state.lastId)

    expect(await arrived(stream, 1)).toMatchObject([
      { type: 'contact.erased', data: { data: { id: contactId } } },
    ])
  })

  test('a cursor, behind which events were deleted for their age, is outdated', async () => {
    const { id, token } = await aDealer()
    const stream = await follow(pathOf(id), token)
    await recordEvents(world.database.url, id, 2)
    const [first, second] = await arrived(stream, 2)
    await stream.leave()
    await recordEvents(world.database.url, id)
    await world.sql("update events set created_at = now() - interval '31 days' where id = $1", [
      first?.data.id,
    ])
    const { db } = world.context
    await db.rpc('delete_outdated_events', { contentDays: 0 }, z.unknown())

    for (const cursor of [first?.id, second?.id]) {
      const answer = await request(world.origin, 'GET', pathOf(id), {
        token,
        headers: { 'last-event-id': cursor ?? '' },
      })
      expectProblem(answer, 410, 'cursor_outdated')
    }
  })

  test.each([
    ['of another database', { life: '1-00000001' }],
    ['of another life of this one', { life: 'FFFFFFFF' }],
    ['that lies ahead', { xid: '9000000000000000000' }],
  ])('a cursor, %s, is outdated', async (_which, changes) => {
    const { id, token } = await aDealer()
    const before = await follow(pathOf(id), token)
    await expect.poll(() => before.state.lastId).not.toBe('')
    const place = placeOf(before.state.lastId)
    if (!place) throw new Error('the first id is no cursor')
    const life =
      'life' in changes && !changes.life.includes('-')
        ? place.life.replace(/[^-]+$/, changes.life)
        : undefined
    const cursor = cursorOf({ ...place, ...changes, ...(life && { life }) })

    expectProblem(
      await request(world.origin, 'GET', `${pathOf(id)}?after=${cursor}`, { token }),
      410,
      'cursor_outdated',
    )
  })

  test.each(['x', '%00', 'NDI', '"'])('a cursor, %s, that is none, is refused', async (cursor) => {
    const { id, token } = await aDealer()

    expectProblem(
      await request(world.origin, 'GET', `${pathOf(id)}?after=${encodeURIComponent(cursor)}`, {
        token,
      }),
      400,
      'validation_failed',
    )
    expectProblem(
      await request(world.origin, 'GET', pathOf(id), {
        token,
        headers: { 'last-event-id': cursor },
      }),
      400,
      'validation_failed',
    )
  })

  test('a stream, of somebody who may not read, is refused', async () => {
    const { id } = await aDealer()
    const [user, { key }] = [await aUser(world), await aKey(world, id, ['calls:write'])]
    const get = (path: string, token?: string) =>
      request(world.origin, 'GET', path, token ? { token } : {})

    expectProblem(await get(pathOf(id)), 401, 'unauthorized')
    expectProblem(await get(pathOf(id), user.token), 404, 'organization_not_found')
    expectProblem(await get(pathOf(id), key), 403, 'scope_missing')
    expectProblem(await get('/api/admin/events', user.token), 403, 'admin_required')
    expectProblem(
      await get('/api/admin/events', (await aKey(world, id, ['read'])).key),
      403,
      'admin_required',
    )
  })

  test('a stream, that its reader leaves, is in the log as what it was, and not as a refusal', async () => {
    const { id, token } = await aDealer()
    const stream = await follow(pathOf(id), token)
    const requestId = stream.response.headers.get('x-request-id') ?? ''
    const line = () => world.logs.find((each) => each.includes(requestId))

    await stream.leave()

    await expect.poll(line).toBeDefined()
    expect(JSON.parse(line() ?? '')).not.toHaveProperty('problem')
  })

  test('a HEAD, of a stream, is answered without opening one', async () => {
    const { id, token } = await aDealer()

    const { status, headers } = await request(world.origin, 'HEAD', pathOf(id), { token })

    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/event-stream/)
    await expectNoneOf(id, token)
  })

  test('streams of an organization, more than ten, are refused until one has ended', async () => {
    const { id, token } = await aDealer()
    const streams = await Promise.all(Array.from({ length: 10 }, () => follow(pathOf(id), token)))

    const eleventh = await request(world.origin, 'GET', pathOf(id), { token })
    const other = await aDealer()
    const foreign = await follow(pathOf(other.id), other.token)

    expectProblem(eleventh, 429, 'too_many_streams')
    expect(eleventh.headers.get('retry-after')).toBe('10')
    expect(foreign.response.status).toBe(200)
    await Promise.all(streams.map((stream) => stream.leave()))
    await expectNoneOf(id, token)
  })

  /** All ten places are there again. */
  async function expectNoneOf(organizationId: string, token: string) {
    const opened: Stream[] = []
    await expect
      .poll(async () => {
        const stream = await follow(pathOf(organizationId), token)
        if (stream.response.status === 200) opened.push(stream)
        else await stream.leave()
        return opened.length
      })
      .toBe(10)
    await Promise.all(opened.map((stream) => stream.leave()))
  }
})
