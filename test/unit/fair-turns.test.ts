import { describe, expect, test } from 'vitest'
import { createFairTurns, type EndTurn } from '../../src/database/fair-turns.ts'

/** Longer than any test runs. */
const LONG_MS = 600_000

function anOffice(places: number) {
  const turns = createFairTurns(places)
  /** Whose turns have begun, in that order. */
  const begun: string[] = []
  const ends: EndTurn[] = []
  return {
    turns,
    begun,
    ends,
    ask(name: string, times = 1): void {
      for (let index = 0; index < times; index += 1) {
        void turns.take(name, LONG_MS).then((end) => {
          begun.push(name)
          ends.push(end)
        })
      }
    },
  }
}

/** After whatever follows from what was done. */
const decided = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('turns at the database', () => {
  test('of one asker, however many it asks for, are half of the places', async () => {
    const { begun, ask } = anOffice(6)
    ask('busy', 100)
    await decided()

    expect(begun).toEqual(['busy', 'busy', 'busy'])
  })

  test('of somebody else, while one asker has many waiting, begin at once', async () => {
    const { begun, ask } = anOffice(6)
    ask('busy', 100)
    ask('other')
    await decided()

    expect(begun).toContain('other')
  })

  test('with every place taken, go to those who wait in rotation', async () => {
    const { begun, ends, ask } = anOffice(2)
    ask('a', 3)
    ask('b', 3)
    await decided()
    for (let ended = 0; ended < 6; ended += 1) {
      ends.shift()?.()
      await decided()
    }

    expect(begun).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
  })

  test('of one place alone, are given to one after the other', async () => {
    const { begun, ends, ask } = anOffice(1)
    ask('a', 2)
    await decided()
    expect(begun).toEqual(['a'])
    ends.shift()?.()
    await decided()

    expect(begun).toEqual(['a', 'a'])
  })

  test('that do not come in time, are refused, and take no place afterwards', async () => {
    const { turns, begun, ends, ask } = anOffice(1)
    ask('a')
    await decided()
    await expect(turns.take('b', 1)).rejects.toMatchObject({ code: 'too_many_at_once' })
    ends.shift()?.()
    ask('c')
    await decided()

    expect(begun).toEqual(['a', 'c'])
  })

  test('that nobody waits for any more, are refused, and take no place afterwards', async () => {
    const { turns, begun, ends, ask } = anOffice(1)
    ask('a')
    await decided()
    const gone = new AbortController()
    const waiting = turns.take('b', LONG_MS, gone.signal)
    gone.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'too_many_at_once' })
    await expect(turns.take('b', LONG_MS, gone.signal)).rejects.toMatchObject({ status: 503 })
    ends.shift()?.()
    ask('c')
    await decided()

    expect(begun).toEqual(['a', 'c'])
  })
})
