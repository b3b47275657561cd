import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import type { EventStream, Follower } from '../../src/events/streams/event-stream.ts'
import { createEventStreams } from '../../src/events/streams/event-streams.ts'
import { placeOf } from '../../src/events/streams/place.ts'
import { createStreamPlaces } from '../../src/events/streams/stream-places.ts'
import { createStreamStore, type StreamStore } from '../../src/events/streams/stream-store.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { recordEvents, streamable } from '../support/event-rows.ts'
import { memoryLog } from '../support/memory-log.ts'
import { aMember, anOrganization } from '../support/rows.ts'
import { createParser } from '../support/stream-parser.ts'

const never = new AbortController().signal

describe('a stream of events', () => {
  let url: string
  let db: Database
  let drop: () => Promise<void>
  beforeAll(async () => {
    // One connection, which a stream that held it would leave to nobody.
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 30_000, poolSize: 2 }))
  })
  afterAll(() => drop())

  /** A server whose time passes by `wait` alone. */
  function aServer(options: { store?: Partial<StreamStore>; most?: number } = {}) {
    const { log, text } = memoryLog()
    let now = 0
    let asked = 0
    const real = createStreamStore(db)
    const counted = (name: keyof StreamStore) =>
      (async (...args: unknown[]) => {
        asked += 1
        const ask = (options.store?.[name] ?? real[name]) as (...args: unknown[]) => unknown
        return ask(...args)
      }) as never
    const stopping = new AbortController()
    const streams = createEventStreams({
      store: {
        begin: counted('begin'),
        read: counted('read'),
        poll: counted('poll'),
        ended: counted('ended'),
      },
      log,
      stopping: stopping.signal,
      places: createStreamPlaces({ most: options.most ?? 1_000, mostOfOne: 100 }),
      now: () => now,
    })
    return {
      ...streams,
      tick: () => streams.tick(never),
      log: text,
      wait: (ms: number) => {
        now += ms
      },
      stop: () => stopping.abort(),
      asked: () => asked,
    }
  }

  async function aFollower(
    organizationId?: string,
  ): Promise<Follower & { organizationId: string }> {
    const followed = organizationId ?? (await anOrganization(url))
    return {
      actor: { kind: 'user', id: await aMember(url, followed) },
      organizationId: followed,
      untilMs: undefined,
    }
  }

  function read(stream: EventStream) {
    const parser = createParser()
    let isOver = false
    stream.on('data', (chunk) => parser.push(String(chunk)))
    stream.on('end', () => {
      isOver = true
    })
    onTestFinished(() => void stream.destroy())
    return { ...parser, isOver: () => isOver }
  }

  const idsOf = async (organizationId: string) =>
    (
      await sql<{ id: string }>(
        url,
        "select id from orgline.events where organization_id = $1 and type = 'message.received' order by xid, position",
        [organizationId],
      )
    ).map(({ id }) => id)

  test.each<[string, (follower: Follower & { organizationId: string }) => Promise<unknown>]>([
    [
      'of a member who is removed',
      ({ actor }) =>
        sql(url, 'delete from orgline.organization_members where user_id = $1', [
          'id' in actor ? actor.id : '',
        ]),
    ],
    [
      'of a key that is revoked',
      ({ actor }) =>
        sql(url, 'update orgline.api_keys set revoked_at = now() where id = $1', [
          'id' in actor ? actor.id : '',
        ]),
    ],
    [
      'of a key that expires',
      ({ actor }) =>
        sql(url, 'update orgline.api_keys set expires_at = now() where id = $1', [
          'id' in actor ? actor.id : '',
        ]),
    ],
  ])('%s, ends within seconds, and those of others go on', async (which, end) => {
    const server = aServer()
    const follower = await aFollower()
    if (which.includes('key')) {
      const [key] = await sql<{ id: string }>(
        url,
        `insert into orgline.api_keys (organization_id, name, prefix, key_hash, scopes)
         values ($1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}') returning id`,
        [follower.organizationId],
      )
      follower.actor = { kind: 'key', id: key?.id ?? '', organizationId: follower.organizationId }
    }
    const own = read(await server.open(follower, undefined))
    const other = read(await server.open(await aFollower(follower.organizationId), undefined))

    await end(follower)
    server.wait(10_000)
    await recordEvents(url, follower.organizationId)
    await server.tick()

    await expect.poll(own.isOver).toBe(true)
    expect(own.state.events).toEqual([])
    expect(own.state.comments.at(-1)).toBe('you may not read these events any more')
    await expect.poll(() => server.tick().then(() => other.state.events.length)).toBe(1)
  })

  test('whose token expires, ends then', async () => {
    const server = aServer()
    const follower = { ...(await aFollower()), untilMs: Date.now() - 1 }
    const stream = read(await server.open(follower, undefined))

    await server.tick()

    await expect.poll(stream.isOver).toBe(true)
    expect(stream.state.comments).toEqual(['your token has expired'])
  })

  test('of a server that stops, ends with a hint to come back, and no other is opened', async () => {
    const server = aServer()
    const follower = await aFollower()
    const stream = read(await server.open(follower, undefined))

    server.stop()

    await expect.poll(stream.isOver).toBe(true)
    expect(stream.state.retryMs).toBeGreaterThan(0)
    expect(stream.state.comments).toEqual(['this server stops: come back to another'])
    await expect(server.open(follower, undefined)).rejects.toMatchObject({ code: 'not_ready' })
  })

  test('of a database that was started anew, ends, and goes on by its last id', async () => {
    const real = createStreamStore(db)
    let started: string | undefined
    const server = aServer({
      store: {
        poll: async (...args) => ({ ...(await real.poll(...args)), ...(started && { started }) }),
      },
    })
    const follower = await aFollower()
    const before = read(await server.open(follower, undefined))
    await server.tick()
    await recordEvents(url, follower.organizationId, 2)

    started = '2026-01-01T00:00:00+00:00'
    await server.tick()
    await expect.poll(before.isOver).toBe(true)
    started = undefined
    const other = aServer()
    const after = read(await other.open(follower, placeOf(before.state.lastId)))

    // What an older transaction of the cluster holds back comes with a later turn.
    const seen = async () => {
      await other.tick()
      return [...before.state.events, ...after.state.events].map(({ data }) => data.id)
    }
    await expect.poll(seen).toEqual(await idsOf(follower.organizationId))
  })

  test('in which nothing happens, is kept open by heartbeats, whose ids go on', async () => {
    const server = aServer()
    const follower = await aFollower()
    const stream = read(await server.open(follower, undefined))
    await expect.poll(() => stream.state.lastId).not.toBe('')
    const first = placeOf(stream.state.lastId)
    await recordEvents(url, await anOrganization(url), 3)

    await expect
      .poll(async () => {
        server.wait(15_000)
        await server.tick()
        return BigInt(placeOf(stream.state.lastId)?.xid ?? 0) > BigInt(first?.xid ?? 0)
      })
      .toBe(true)

    expect(stream.state.comments.length).toBeGreaterThan(0)
    expect(stream.state.events).toEqual([])
  })

  test('whose reader pauses, holds no more than a page, and has all of it in order once it reads again', async () => {
    const server = aServer()
    const follower = await aFollower()
    const stream = await server.open(follower, undefined)
    await server.tick()

    let waiting = 0
    for (let n = 0; n < 10; n += 1) {
      await recordEvents(url, follower.organizationId, 100)
      await server.tick()
      waiting = Math.max(waiting, stream.readableLength)
    }
    const { events } = read(stream).state

    await expect
      .poll(async () => {
        await server.tick()
        return events.length
      })
      .toBe(1_000)
    expect(events.map(({ data }) => data.id)).toEqual(await idsOf(follower.organizationId))
    expect(waiting).toBeLessThan(250_000)
  })

  test('whose reader takes nothing for half a minute, is cut off', async () => {
    const server = aServer()
    const follower = await aFollower()
    const stream = await server.open(follower, undefined)
    await server.tick()
    await recordEvents(url, follower.organizationId, 300)
    await expect.poll(() => server.tick().then(() => stream.readableLength)).toBeGreaterThan(64_000)

    server.wait(29_000)
    await server.tick()
    const before = stream.cut.aborted
    server.wait(1_000)
    await server.tick()

    expect([before, stream.cut.aborted]).toEqual([false, true])
    stream.destroy()
    expect(server.count()).toBe(0)
  })

  test('that nobody has opened, asks the database nothing, and a hundred of them ask once a tick', async () => {
    const server = aServer()
    await server.tick()
    const asked = [server.asked()]
    for (let n = 0; n < 20; n += 1) read(await server.open(await aFollower(), undefined))
    for (const _ of [1, 2, 3]) {
      const before = server.asked()
      await server.tick()
      asked.push(server.asked() - before)
    }

    expect(asked).toEqual([0, 1, 1, 1])
  })

  test('that is open, holds no connection: many more than there are of those go on together', async () => {
    const server = aServer()
    const followers = await Promise.all(Array.from({ length: 12 }, () => aFollower()))
    const streams = await Promise.all(followers.map((follower) => server.open(follower, undefined)))
    const all = streams.map(read)
    for (const { organizationId } of followers) await recordEvents(url, organizationId)

    await expect
      .poll(() => server.tick().then(() => all.map(({ state }) => state.events.length)))
      .toEqual(followers.map(() => 1))
  })

  test('beyond those for which a server has places, is refused, and not when one has ended', async () => {
    const server = aServer({ most: 2 })
    const follower = await aFollower()
    const first = await server.open(follower, undefined)
    await server.open(follower, undefined)

    await expect(server.open(follower, undefined)).rejects.toMatchObject({
      code: 'too_many_at_once',
      retryAfterSeconds: 10,
    })
    first.destroy()
    await expect.poll(server.count).toBe(1)
    await expect(server.open(follower, undefined)).resolves.toBeDefined()
  })

  test('that cannot be opened, keeps no place', async () => {
    const server = aServer({ most: 1, store: { begin: () => Promise.reject(new Error('away')) } })
    const follower = await aFollower()

    for (const _ of [1, 2]) await expect(server.open(follower, undefined)).rejects.toThrow('away')
  })

  test('whose next page cannot be read, ends, and says so in the log', async () => {
    const follower = await aFollower()
    const first = await aServer().open(follower, undefined)
    const begun = read(first)
    await expect.poll(() => begun.state.lastId).not.toBe('')
    await recordEvents(url, follower.organizationId, 120)
    await streamable(url, follower.organizationId)
    const real = createStreamStore(db)
    let reads = 0
    const server = aServer({
      store: {
        read(...args) {
          reads += 1
          return reads === 2 ? Promise.reject(new Error('away')) : real.read(...args)
        },
      },
    })

    const stream = read(await server.open(follower, placeOf(begun.state.lastId)))

    await expect.poll(stream.isOver).toBe(true)
    expect(stream.state.events).toHaveLength(50)
    expect(stream.state.comments).toEqual(['come back for the rest'])
    expect(server.log()).toContain('a stream of events breaks off')
  })

  test('with an event that cannot be shown, goes on behind it', async () => {
    const server = aServer()
    const follower = await aFollower()
    const stream = read(await server.open(follower, undefined))
    await sql(url, `select private.record_event('message.received', $1, null, false, '{}')`, [
      follower.organizationId,
    ])
    await recordEvents(url, follower.organizationId)

    await expect.poll(() => server.tick().then(() => stream.state.events.length)).toBe(1)
    expect(stream.state.comments).toEqual([expect.stringMatching(/^event \S+ cannot be shown$/)])
    expect(server.log()).toContain('an event cannot be streamed')
  })
})
