import { describe, expect, test } from 'vitest'
import {
  type CatchUpSource,
  catchUp,
  type Failing,
  type ListPage,
} from '../../src/platform/catch-up.ts'
import { createLogger } from '../../src/platform/logger.ts'

const MINUTE = 60_000
const MIN_AGE = 2 * MINUTE

interface Item {
  sid: string
  at: Date
}

/** So many minutes ago. */
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE)
/** An item, named by how many minutes ago it happened. */
const item = (minutes: number): Item => ({ sid: `${minutes}`, at: ago(minutes) })
const page = (minutes: number[], more: Partial<ListPage<Item>> = {}): ListPage<Item> => ({
  items: minutes.map(item),
  reachesBackTo: minutes.length > 0 ? ago(minutes.at(-1) ?? 0) : null,
  ...more,
})

/** A run over these pages, where all is unknown but `known`; `take` may fail, or say that it waits. */
async function run(
  pages: (ListPage<Item> | Error)[],
  {
    known = [],
    through,
    failing,
    take = async () => true,
    signal = new AbortController().signal,
  }: {
    known?: number[]
    through?: Date
    failing?: Failing
    take?: (item: Item) => Promise<boolean>
    signal?: AbortSignal
  } = {},
) {
  const seen = { pages: 0, taken: [] as string[], reported: [] as unknown[] }
  const source: CatchUpSource<Item> = {
    async *list() {
      for (const each of pages) {
        if (each instanceof Error) throw each
        seen.pages += 1
        yield each
      }
    },
    unknownAmong: async (items) =>
      new Set(items.map(({ sid }) => sid).filter((sid) => !known.includes(Number(sid)))),
    async take(each) {
      seen.taken.push(each.sid)
      return take(each)
    },
    async report({ sid }, { reason, isGivenUp }) {
      seen.reported.push([sid, reason, isGivenUp])
    },
    async taken({ sid }) {
      seen.reported.push([sid, 'taken'])
    },
  }
  const log = createLogger({ level: 'silent', secrets: [] })
  const result = catchUp(source, { through, failing, minAgeMs: MIN_AGE, signal, log })
  const outcome = await result.then(
    (read) => ({ read: read?.through, left: read?.failing }),
    (error: unknown) => ({ read: error, left: undefined }),
  )
  return { ...seen, ...outcome }
}

/** Minutes between now and the mark. */
const minutesOf = (read: unknown) => Math.round((Date.now() - (read as Date).getTime()) / MINUTE)

describe('catching up, of what the carrier lists', () => {
  test('with nothing new on the first page, which reaches back far enough, reads no other', async () => {
    const { pages, taken, read } = await run([page([1, 3, 10]), page([20])], {
      known: [3, 10],
      through: ago(5),
    })

    expect([pages, taken]).toEqual([1, []])
    expect(minutesOf(read)).toBe(2)
  })

  test('with what is younger than its webhooks may take, leaves that alone', async () => {
    const { taken } = await run([page([0, 1, 3])], { through: ago(5) })

    expect(taken).toEqual(['3'])
  })

  test('with newer ones that came by webhook, still finds what the outage left behind them', async () => {
    const { taken } = await run([page([3, 4]), page([5, 6]), page([50])], {
      known: [3, 4, 50],
      through: ago(30),
    })

    expect(taken).toEqual(['6', '5'])
  })

  test('with something new on the last page that was due, reads one page more', async () => {
    const { taken, pages } = await run([page([3, 40]), page([45]), page([60])], {
      known: [3, 45, 60],
      through: ago(30),
    })

    expect([taken, pages]).toEqual([['40'], 2])
  })

  test('over several pages, is taken in the oldest first', async () => {
    const { taken } = await run([page([3, 5]), page([7, 9]), page([60])], { through: ago(30) })

    expect(taken).toEqual(['60', '9', '7', '5', '3'])
  })

  test('for the first time, goes back one week and takes nothing older', async () => {
    const week = 7 * 24 * 60
    const { taken, pages } = await run([page([3]), page([week - 1, week + 1]), page([week + 9])])

    expect(taken).toEqual([`${week - 1}`, '3'])
    expect(pages).toBe(3)
  })

  test('after an outage of a month, goes back to where the last run ended', async () => {
    const month = 30 * 24 * 60
    const { taken } = await run([page([month - 1, month + 1])], { through: ago(month) })

    expect(taken).toEqual([`${month - 1}`])
  })

  test('listed twice, because something came between two pages, is taken in once', async () => {
    const { taken } = await run([page([3, 5]), page([5, 60])], { known: [60], through: ago(30) })

    expect(taken).toEqual(['5', '3'])
  })

  test.each([
    ['fails', async () => Promise.reject(new Error('refused'))],
    ['is not over', async () => false],
  ])('with one that %s, takes in the others, and holds the mark back to it', async (_, outcome) => {
    const { taken, read } = await run([page([3, 10, 20])], {
      through: ago(15),
      take: async ({ sid }) => (sid === '10' ? outcome() : true),
    })

    expect(taken).toEqual(['20', '10', '3'])
    expect(minutesOf(read)).toBe(10)
  })

  test.each([
    ['for the first time, tells nobody', undefined, [], 10, ['10']],
    ['for less than an hour, tells nobody', 59, [], 10, ['10']],
    ['for more than an hour, is told', 61, [['10', 'refused', false]], 10, ['10']],
    ['for a day, is told and given up', 24 * 60 + 1, [['10', 'refused', true]], 2, []],
  ])('with one that fails %s', async (_, minutes, expected, mark, left) => {
    const since = minutes === undefined ? {} : { '10': ago(minutes).toISOString() }
    const outcome = await run([page([3, 10, 20])], {
      through: ago(15),
      failing: since,
      take: async ({ sid }) => (sid === '10' ? Promise.reject(new Error('refused')) : true),
    })

    expect(outcome.reported).toEqual(expected)
    expect(minutesOf(outcome.read)).toBe(mark)
    expect(Object.keys(outcome.left ?? {})).toEqual(left)
  })

  test('with one that cannot be read, takes that for one that fails', async () => {
    const flawed = { ...item(10), flaw: 'no number' }
    const since = { '10': ago(61).toISOString() }

    const outcome = await run([{ ...page([3, 20]), items: [item(3), flawed, item(20)] }], {
      through: ago(15),
      failing: since,
    })

    expect(outcome).toMatchObject({
      taken: ['20', '3'],
      reported: [['10', 'no number', false]],
      left: since,
    })
    expect(minutesOf(outcome.read)).toBe(10)
  })

  test('with one that tells no time after a long silence, takes it for one of now', async () => {
    const month = 30 * 24 * 60
    const undated = { ...item(month), sid: 'undated', isUndated: true, flaw: 'no time' }

    const outcome = await run([{ ...page([month]), items: [undated, item(month)] }], {
      through: ago(5),
    })

    expect([outcome.taken, Object.keys(outcome.left ?? {})]).toEqual([[], ['undated']])
    expect(minutesOf(outcome.read)).toBe(7 * 24 * 60)
  })

  test('with one that had failed and is missing no more, says so', async () => {
    const outcome = await run([page([3])], {
      through: ago(15),
      failing: { '10': ago(90).toISOString() },
    })

    expect(outcome).toMatchObject({ reported: [['10', 'taken']], left: {} })
  })

  test('with one that had failed and is taken in, says so', async () => {
    const outcome = await run([page([3, 10])], {
      through: ago(15),
      failing: { '10': ago(90).toISOString() },
    })

    expect(outcome).toMatchObject({ reported: [['10', 'taken']], left: {} })
  })

  test('empty, changes nothing', async () => {
    expect(await run([page([])])).toMatchObject({ taken: [], read: undefined })
    expect(await run([])).toMatchObject({ taken: [], read: undefined })
  })

  test('failing after a page, takes nothing in and says so', async () => {
    const broken = new Error('no answer')

    const { taken, read } = await run([page([3, 5]), broken], { through: ago(30) })

    expect([taken, read]).toEqual([[], broken])
  })

  test('with rows of no interest, goes by these for how far a page reaches back', async () => {
    const ours = page([], { reachesBackTo: ago(40) })

    const { pages, read } = await run([ours, page([50])], { through: ago(30) })

    expect(pages).toBe(1)
    expect(minutesOf(read)).toBe(2)
  })

  test('cut off, leaves only newer ones, and the mark as it was', async () => {
    const stopping = new AbortController()

    const { taken, read } = await run([page([3, 10, 20])], {
      through: ago(15),
      signal: stopping.signal,
      take: async ({ sid }) => {
        if (sid === '10') stopping.abort()
        return true
      },
    })

    expect([taken, read]).toEqual([['20', '10'], undefined])
  })
})
