import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import type { EventStream, Follower } from '../../src/events/streams/event-stream.ts'
import { createEventStreams } from '../../src/events/streams/event-streams.ts'
import { placeOf } from '../../src/events/streams/place.ts'
import { createStreamStore } from '../../src/events/streams/stream-store.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { RECORD } from '../support/event-rows.ts'
import { memoryLog } from '../support/memory-log.ts'
import { aMember, anOrganization } from '../support/rows.ts'
import { createParser } from '../support/stream-parser.ts'

const WRITERS = 4
const SERVERS = 3

type Step =
  | { write: number; organization: number; count: number }
  | { end: number; how: 'commit' | 'rollback' }
  | { tick: number; isAwaited: boolean }
  | { reader: number; movesTo: number }
  | { kill: number }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        write: fc.nat(WRITERS - 1),
        organization: fc.nat(1),
        count: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        end: fc.nat(WRITERS - 1),
        how: fc.constantFrom('commit', 'commit', 'commit', 'rollback'),
      }),
    },
    { weight: 6, arbitrary: fc.record({ tick: fc.nat(SERVERS - 1), isAwaited: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ reader: fc.nat(5), movesTo: fc.nat(SERVERS - 1) }) },
    { weight: 1, arbitrary: fc.record({ kill: fc.nat(SERVERS - 1) }) },
  ) as fc.Arbitrary<Step>,
  { minLength: 10, maxLength: 60 },
)

describe('streams of events', () => {
  let url: string
  let db: Database
  let dropDatabase: () => Promise<void>
  const writers: Client[] = []
  beforeAll(async () => {
    ;({ url, db, drop: dropDatabase } = await cloneWithDoor({ timeoutMs: 30_000, poolSize: 10 }))
    for (let n = 0; n < WRITERS; n += 1) {
      const writer = new Client({ connectionString: url })
      await writer.connect()
      writers.push(writer)
    }
  })
  afterAll(async () => {
    await Promise.all(writers.map((writer) => writer.end()))
    await dropDatabase()
  })

  const never = new AbortController().signal
  const { log } = memoryLog()
  const aServer = () => createEventStreams({ store: createStreamStore(db), log, stopping: never })
  type Server = ReturnType<typeof aServer>

  /** Somebody who reads all that comes, and goes on after it elsewhere. */
  function aReader(follower: Follower) {
    const parser = createParser()
    let stream: EventStream | undefined
    let at: number | undefined
    /** What is on its way to a client that has gone is lost. */
    function leave() {
      stream?.destroy()
      stream = undefined
      at = undefined
      parser.restart()
    }
    return {
      follower,
      parser,
      at: () => at,
      ids: () => parser.state.events.map(({ data }) => data.id as string),
      leave,
      async moveTo(server: Server, index: number) {
        leave()
        const { lastId } = parser.state
        const own = await server.open(follower, lastId ? placeOf(lastId) : undefined)
        own.on('data', (text) => own === stream && parser.push(String(text)))
        stream = own
        at = index
      },
    }
  }
  type Reader = ReturnType<typeof aReader>

  const expectedOf = async ({ follower }: Reader, organizationIds: string[]) => {
    const rows = await sql<{ id: string }>(
      url,
      'select id from orgline.events where organization_id = any ($1) order by xid, position',
      [follower.organizationId === null ? organizationIds : [follower.organizationId]],
    )
    return rows.map(({ id }) => id)
  }

  test('events, of transactions that are committed in any order, come to every reader once, in one order, wherever it goes on', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (played) => {
        const organizationIds = [await anOrganization(url), await anOrganization(url)]
        // Somebody else's transaction may hold back what counts as surely committed.
        await sql(url, 'delete from orgline.events where true')
        const followers: Follower[] = await Promise.all(
          [0, 0, 1, 1].map(async (of) => {
            const organizationId = organizationIds[of] ?? ''
            const actor = { kind: 'user' as const, id: await aMember(url, organizationId) }
            return { actor, organizationId, untilMs: undefined }
          }),
        )
        const operator = { kind: 'operator' as const, name: 'tester' }
        followers.push(
          { actor: operator, organizationId: null, untilMs: undefined },
          { actor: operator, organizationId: null, untilMs: undefined },
        )
        const servers = Array.from({ length: SERVERS }, aServer)
        const readers = followers.map(aReader)
        for (const [n, reader] of readers.entries())
          await reader.moveTo(servers[n % SERVERS] as Server, n % SERVERS)
        // Whoever has read no id yet can only begin anew.
        const begun = () => readers.every(({ parser }) => parser.state.lastId !== '')
        await expect.poll(begun).toBe(true)
        const open = new Set<Client>()
        const ticking: Promise<void>[] = []

        for (const step of played) await play(step)
        for (const writer of open) await writer.query('commit')
        await Promise.all(ticking)
        for (const reader of readers)
          if (reader.at() === undefined) await reader.moveTo(servers[0] as Server, 0)
        const expected = await Promise.all(readers.map((each) => expectedOf(each, organizationIds)))
        await expect
          .poll(async () => {
            for (const server of servers) await server.tick(never)
            return readers.map((reader) => reader.ids().length)
          })
          .toEqual(expected.map(({ length }) => length))

        for (const [n, reader] of readers.entries()) {
          expect(reader.ids()).toEqual(expected[n])
          reader.leave()
        }

        async function play(step: Step): Promise<void> {
          if ('write' in step) {
            const writer = writers[step.write] as Client
            if (!open.has(writer)) await writer.query('begin')
            open.add(writer)
            await writer.query(RECORD, [organizationIds[step.organization], step.count])
          } else if ('end' in step) {
            const writer = writers[step.end] as Client
            if (open.delete(writer)) await writer.query(step.how)
          } else if ('tick' in step) {
            const tick = (servers[step.tick] as Server).tick(never)
            ticking.push(tick)
            if (step.isAwaited) await tick
          } else if ('reader' in step) {
            await readers[step.reader]?.moveTo(servers[step.movesTo] as Server, step.movesTo)
          } else {
            for (const reader of readers) if (reader.at() === step.kill) reader.leave()
            servers[step.kill] = aServer()
          }
        }
      }),
      { numRuns: 60, endOnFailure: true },
    )
  }, 1_800_000)

  test('an event, of a transaction that is committed after a later one, is not left out', async () => {
    const organizationId = await anOrganization(url)
    const follower = {
      actor: { kind: 'operator' as const, name: 'tester' },
      organizationId,
      untilMs: undefined,
    }
    const server = aServer()
    const reader = aReader(follower)
    const [early, late] = writers as [Client, Client]
    await early.query('begin')
    await early.query(RECORD, [organizationId, 1])
    await reader.moveTo(server, 0)
    await late.query(RECORD, [organizationId, 1])

    await server.tick(never)
    const before = reader.ids()
    await early.query('commit')

    const expected = await expectedOf(reader, [organizationId])
    await expect.poll(() => server.tick(never).then(reader.ids)).toHaveLength(2)
    expect(before).toEqual([])
    expect(reader.ids()).toEqual(expected.slice(-2))
    reader.leave()
  })

  test('a stranger, to an organization, is refused', async () => {
    const organizationId = await anOrganization(url)
    const follower = {
      actor: { kind: 'user' as const, id: randomUUID() },
      organizationId,
      untilMs: undefined,
    }

    await expect(aServer().open(follower, undefined)).rejects.toMatchObject({
      code: 'organization_not_found',
    })
    await expect(
      aServer().open({ ...follower, organizationId: null }, undefined),
    ).rejects.toMatchObject({ code: 'role_required' })
  })
})
