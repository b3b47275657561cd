import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createDatabase, type Database } from '../../src/database/db.ts'
import { underLease } from '../../src/database/lease.ts'
import { cloneDatabase, sql } from '../support/database.ts'

describe('work under a lease', () => {
  let database: Awaited<ReturnType<typeof cloneDatabase>>
  let db: Database
  beforeAll(async () => {
    database = await cloneDatabase()
    db = createDatabase({
      kind: 'postgres',
      url: database.url,
      timeoutMs: 60_000,
      poolSize: 10,
      onError: () => {},
    })
  })
  afterAll(async () => {
    await db.close()
    await database.drop()
  })

  const { signal } = new AbortController()
  const nothing = async () => undefined
  const rowOf = async (name: string) => {
    const [row] = await sql<{ last_error: string | null; succeeded_at: Date; state: unknown }>(
      database.url,
      'select succeeded_at, last_error, state from orgline.leases where name = $1',
      [name],
    )
    if (!row) throw new Error(`no lease ${name}`)
    return row
  }

  test('ten servers at once, do it once', async () => {
    const lease = { db, name: 'together', everyMs: 60_000, leaseMs: 60_000 }
    let times = 0
    const work = async () => {
      times += 1
      return undefined
    }

    const done = await Promise.all(
      Array.from({ length: 10 }, () => underLease(lease, work, { signal })),
    )

    expect(times).toBe(1)
    expect(done.filter(Boolean)).toHaveLength(1)
  })

  test('work that is under way, is not begun a second time, due or not', async () => {
    const lease = { db, name: 'busy', everyMs: 0, leaseMs: 60_000 }
    const inside = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const first = underLease(
      lease,
      async () => {
        inside.resolve()
        await goOn.promise
        return undefined
      },
      { signal },
    )
    await inside.promise

    expect(await underLease(lease, nothing, { signal, now: true })).toBe(false)
    goOn.resolve()
    expect(await first).toBe(true)
    expect(await underLease(lease, nothing, { signal })).toBe(true)
  })

  test('work that was done and is not due, is done only when asked for now', async () => {
    const lease = { db, name: 'hourly', everyMs: 3_600_000, leaseMs: 60_000 }
    await underLease(lease, nothing, { signal })

    expect(await underLease(lease, nothing, { signal })).toBe(false)
    expect(await underLease(lease, nothing, { signal, now: true })).toBe(true)
  })

  test.each([
    ['is done', nothing],
    ['fails', async () => Promise.reject(new Error('no'))],
  ])('work that does not count and %s, leaves when it is due as it was', async (ends, work) => {
    const lease = { db, name: `beside, ${ends}`, everyMs: 3_600_000, leaseMs: 60_000 }
    const beside = () => underLease({ ...lease, everyMs: null }, work, { signal, now: true })

    await beside().catch(() => {})
    expect(await underLease(lease, nothing, { signal })).toBe(true)
    await beside().catch(() => {})
    expect(await underLease(lease, nothing, { signal })).toBe(false)
  })

  test('what one run leaves, is what the next one finds', async () => {
    const lease = { db, name: 'state', everyMs: 0, leaseMs: 60_000 }
    await underLease(lease, async () => ({ since: 'noon' }), { signal })
    await underLease(lease, nothing, { signal })
    let found: unknown

    await underLease(
      lease,
      async (_signal, state) => {
        found = state
        return undefined
      },
      { signal },
    )

    expect(found).toEqual({ since: 'noon' })
  })

  test('work that fails, gives the lease back and leaves its state', async () => {
    const lease = { db, name: 'failing', everyMs: 0, leaseMs: 60_000 }
    await underLease(lease, async () => ({ since: 'noon' }), { signal })
    const fails = async () => Promise.reject(new Error('no'))

    await expect(underLease(lease, fails, { signal })).rejects.toThrow('no')

    expect(await underLease(lease, async (_signal, state) => state, { signal })).toBe(true)
  })

  test.each([
    ['answers', async () => undefined],
    ['fails', async () => Promise.reject(new Error('aborted'))],
  ])(
    'work that is broken off by a stop and %s then, is due at once, keeps its state, and is no success',
    async (ends, then) => {
      const lease = { db, name: `stopped, ${ends}`, everyMs: 3_600_000, leaseMs: 60_000 }
      await underLease(lease, async () => ({ since: 'noon' }), { signal })
      const before = await rowOf(lease.name)
      const stopping = new AbortController()
      const broken = async () => {
        stopping.abort()
        return then()
      }

      await underLease(lease, broken, { signal: stopping.signal, now: true }).catch(() => {})

      expect(await rowOf(lease.name)).toEqual({
        ...before,
        last_error: expect.stringContaining('broken off'),
      })
      expect(await underLease(lease, nothing, { signal })).toBe(true)
      const { last_error, succeeded_at } = await rowOf(lease.name)
      expect(last_error).toBeNull()
      expect(succeeded_at > before.succeeded_at).toBe(true)
    },
  )

  test('work that is stopped at its end, keeps what it answers', async () => {
    const lease = { db, name: 'stopped at its end', everyMs: 0, leaseMs: 60_000 }
    const stopping = new AbortController()
    const ends = async () => {
      stopping.abort()
      return { since: 'noon' }
    }

    await underLease(lease, ends, { signal: stopping.signal })

    expect(await rowOf(lease.name)).toMatchObject({ state: { since: 'noon' } })
  })

  test('work that lost its lease, changes nothing of what the next one leaves', async () => {
    const lease = { db, name: 'lost', everyMs: 3_600_000, leaseMs: 30 }
    const inside = Promise.withResolvers<void>()
    const first = underLease(
      lease,
      async (lost) => {
        inside.resolve()
        await new Promise((resolve) => lost.addEventListener('abort', resolve))
        return { since: 'then' }
      },
      { signal },
    )
    await inside.promise
    await sql(
      database.url,
      "update orgline.leases set token = gen_random_uuid(), last_error = 'theirs' where name = 'lost'",
    )
    const theirs = await rowOf('lost')

    await first

    expect(await rowOf('lost')).toEqual(theirs)
  })

  test('due are those that nobody has, and whose turn has come', async () => {
    const names = ['due-never-run', 'due-held', 'due-done', 'due-again', 'due-left-behind']
    const lease = (name: string, everyMs: number) => ({ db, name, everyMs, leaseMs: 60_000 })
    const due = async () => {
      const found = z.object({ names: z.array(z.string()) })
      return (await db.rpc('find_due_leases', { names }, found)).names.toSorted()
    }
    await underLease(lease('due-done', 60_000), nothing, { signal })
    await underLease(lease('due-again', 0), nothing, { signal })
    await db.rpc('take_lease', { name: 'due-left-behind', leaseMs: 0, now: false }, z.unknown())

    let whileHeld: unknown
    await underLease(
      lease('due-held', 60_000),
      async () => {
        whileHeld = await due()
        return undefined
      },
      { signal },
    )

    expect(whileHeld).toEqual(['due-again', 'due-left-behind', 'due-never-run'])
  })

  test('a server that died at work, is replaced when its lease is over', async () => {
    const lease = { db, name: 'dead', everyMs: 3_600_000, leaseMs: 60_000 }
    await db.rpc('take_lease', { name: 'dead', leaseMs: 1, now: false }, z.unknown())

    await expect.poll(() => underLease(lease, nothing, { signal })).toBe(true)
  })
})
