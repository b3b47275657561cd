import { describe, expect, test } from 'vitest'
import { AppError, type ProblemCode } from '../../src/platform/errors.ts'
import { claimEach, claimOnce, drain, type WorkQueue } from '../../src/platform/work-queue.ts'
import { memoryLog } from '../support/memory-log.ts'

describe('a queue that is drained', () => {
  test('of several items, works on each once, in their order, until none is left', async () => {
    const { run, worked } = queueOf([1, 2, 3])

    await run()

    expect(worked).toEqual([1, 2, 3])
  })

  test('once its signal aborts, ends what it has claimed and claims no more', async () => {
    const stop = new AbortController()
    const { run, worked, claims } = queueOf([1, 2, 3], {
      signal: stop.signal,
      work: async () => stop.abort(),
    })

    await run()

    expect(worked).toEqual([1])
    expect(claims()).toBe(1)
  })

  test('whose signal has aborted before, claims nothing', async () => {
    const { run, claims } = queueOf([1], { signal: AbortSignal.abort() })

    await run()

    expect(claims()).toBe(0)
  })

  test('with an item that fails, records that once and goes on', async () => {
    const { run, worked, failed } = queueOf([1, 2, 3], {
      work: (item) => (item === 2 ? Promise.reject('not even an Error') : Promise.resolve()),
    })

    await run()

    expect(worked).toEqual([1, 2, 3])
    expect(failed).toEqual([[2, new Error('not even an Error')]])
  })

  test('with a failure that cannot be recorded, ends, says so, and does not try to record it again', async () => {
    let recorded = 0
    const { run, worked } = queueOf([1, 2], {
      work: () => Promise.reject(new Error('no')),
      fail: () => {
        recorded += 1
        return Promise.reject(new Error('no room for it'))
      },
    })

    await expect(run()).rejects.toThrow('no room for it')
    expect(recorded).toBe(1)
    expect(worked).toEqual([1])
  })

  test.for<ProblemCode>(['database_unavailable', 'not_ready'])(
    'while the database is away (%s), ends, says so, and counts that for nothing',
    async (code) => {
      const { run, worked, failed } = queueOf([1, 2], {
        work: () => Promise.reject(new AppError(code, 'away')),
      })

      await expect(run()).rejects.toThrow('away')
      expect(worked).toEqual([1])
      expect(failed).toEqual([])
    },
  )

  test('with an item that somebody else has by now, leaves it to them and goes on', async () => {
    const { run, worked, failed, entries } = queueOf([1, 2], {
      work: async (item) => {
        if (item === 1) throw new AppError('lease_lost', 'item 1 is another worker’s')
      },
    })

    await run()

    expect(worked).toEqual([1, 2])
    expect(failed).toEqual([])
    expect(entries()).toEqual([
      expect.objectContaining({
        err: expect.objectContaining({ message: 'item 1 is another worker’s' }),
      }),
    ])
  })

  test('that cannot be claimed from, ends and says so', async () => {
    const { run, worked } = queueOf([1], {
      claim: () => Promise.reject(new Error('no answer')),
    })

    await expect(run()).rejects.toThrow('no answer')
    expect(worked).toEqual([])
  })

  test('paused by a failure, is claimed from no more', async () => {
    const { run, worked, claims } = queueOf([1, 2, 3], {
      work: () => Promise.reject(new Error('the account is refused')),
      fail: async () => 'pause',
    })

    await run()

    expect(worked).toEqual([1])
    expect(claims()).toBe(1)
  })
})

describe('a queue with room for several workers', () => {
  test('of more items, works on as many at once, and gives the room back', async () => {
    const slots = { free: 3 }
    let most = 0
    let busy = 0
    const { run, worked } = queueOf([1, 2, 3, 4, 5, 6, 7], {
      slots,
      work: async () => {
        busy += 1
        most = Math.max(most, busy)
        await turns(20)
        busy -= 1
      },
    })

    await run()

    expect(most).toBe(3)
    expect(worked.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(slots.free).toBe(3)
  })

  test('that all are taken by another run, leaves the items to that', async () => {
    const slots = { free: 2 }
    const hold = Promise.withResolvers<void>()
    const one = queueOf([1, 2], { slots, work: () => hold.promise })
    const other = queueOf([3], { slots })
    const running = one.run()
    await turns(20)

    await other.run()
    hold.resolve()
    await running

    expect(one.worked).toEqual([1, 2])
    expect(other.claims()).toBe(0)
    expect(slots.free).toBe(2)
  })

  test('of a single item, brings one worker along and no more', async () => {
    const { run, claims } = queueOf([1], { slots: { free: 5 }, work: () => turns(20) })

    await run()

    expect(claims()).toBe(3)
  })

  const pause = async () => 'pause' as const
  const giveUp = (): Promise<'next'> => Promise.reject(new Error('no room for it'))

  test.for([
    ['paused', pause],
    ['ended by what is thrown', giveUp],
  ] as const)(
    '%s by one of them, lets the others end theirs and claim no more',
    async ([, fail]) => {
      const slots = { free: 2 }
      const hold = Promise.withResolvers<void>()
      const ended: number[] = []
      const { run, worked } = queueOf([1, 2, 3, 4], {
        slots,
        work: async (item) => {
          await (item === 1 ? turns(10) : hold.promise)
          if (item === 1) throw new Error('no')
          ended.push(item)
        },
        fail,
      })
      const running = run().catch(() => {})
      await turns(30)
      hold.resolve()
      await running

      expect(worked).toEqual([1, 2])
      expect(ended).toEqual([2])
      expect(slots.free).toBe(2)
    },
  )
})

describe('a run that takes nothing twice', () => {
  test('whose items are due again at once, tries each once', async () => {
    let now = 0
    const dueAt = new Map([
      ['a', 0],
      ['b', 0],
    ])
    const claim = claimOnce(async (sent: string | null) => {
      const dueBy = sent === null ? now : Number(sent)
      // An end for a run that would have none.
      if (now > 10) return { claim: null, due_by: String(dueBy) }
      const found = [...dueAt].filter(([, at]) => at <= dueBy).toSorted(([, x], [, y]) => x - y)[0]
      return { claim: found?.[0] ?? null, due_by: String(dueBy) }
    })
    const { run, worked } = queueOf<string>([], {
      claim,
      work: async (item) => {
        now += 1
        dueAt.set(item, now)
        throw new Error('no answer')
      },
    })

    await run()

    expect(worked).toEqual(['a', 'b'])
  })

  test('over items that are claimed already, with several workers, shares them out', async () => {
    const { run, worked } = queueOf<number>([], {
      claim: claimEach([1, 2, 3, 4]),
      slots: { free: 2 },
      work: () => turns(3),
    })

    await run()

    expect(worked).toEqual([1, 2, 3, 4])
  })
})

/** A queue of these items, and what a run makes of it. */
function queueOf<Item>(items: Item[], own: Partial<WorkQueue<Item>> = {}) {
  const { log, entries } = memoryLog()
  const worked: Item[] = []
  const failed: [Item, Error][] = []
  const claimNext = own.claim ?? claimEach(items)
  let claims = 0
  const run = () =>
    drain<Item>({
      signal: new AbortController().signal,
      log,
      fail: async (item, error) => {
        failed.push([item, error])
        return 'next'
      },
      ...own,
      claim: () => {
        claims += 1
        return claimNext()
      },
      work: async (item) => {
        worked.push(item)
        await own.work?.(item)
      },
    })
  return { run, worked, failed, claims: () => claims, entries }
}

/** Lets everything that waits for nothing but its turn go on. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve()
}
