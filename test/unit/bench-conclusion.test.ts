import { describe, expect, test } from 'vitest'
import { conclude } from '../../bench/compare/conclude.ts'
import { spread } from '../../bench/compare/ratios.ts'
import type { Cell } from '../../bench/compare/soundness.ts'
import { emptyOutcome, note } from '../../bench/load/outcome.ts'

/** A hundred right answers in a second, with a millisecond of processor time each. */
const cell = (system: string, more: Partial<Cell> = {}): Cell => ({
  ...emptyOutcome(),
  system,
  work: 'a webhook',
  sent: 100,
  right: 100,
  rows: 100,
  seconds: 1,
  cpuSeconds: 0.1,
  times: new Array<number>(100).fill(5),
  isEmpty: false,
  ...more,
})

const run = (...cells: Cell[]) => conclude([[cells]], 'ours')

describe('a run of the bench', () => {
  test('whose measurements, all of them, are sound, gives each ratio and ends with 0', () => {
    const { status, text, lines } = run(
      cell('ours'),
      cell('theirs', { seconds: 0.5, cpuSeconds: 0.05 }),
    )

    expect(status).toBe(0)
    expect(
      lines?.map(({ system, speedOfProduct, cpuOfProduct }) => [
        system,
        speedOfProduct.median,
        cpuOfProduct.median,
      ]),
    ).toEqual([
      ['ours', 1, 1],
      ['theirs', 0.5, 2],
    ])
    expect(text).toContain('| a webhook | theirs | 200 | 5.0 | 5.0 | 0.50 | 0.50 (0.50–0.50) |')
  })

  test.each<[string, Partial<Cell>, RegExp]>([
    [
      'met an error',
      { right: 99, rows: 99, errors: 1, firstProblem: 'ECONNRESET' },
      /1 met an error.*ECONNRESET/,
    ],
    [
      'met a wrong answer',
      { right: 99, rows: 99, wrong: 1, firstProblem: '503 busy' },
      /1 a wrong answer: 503 busy/,
    ],
    ['missed its schedule', { late: 2 }, /2 of 100 requests left too late/],
    ['did less work than it answered', { rows: 99 }, /100 right answers, but 99 rows more/],
    ['did more work than it answered', { rows: 101 }, /100 right answers, but 101 rows more/],
    ['sent nothing', { sent: 0, right: 0, rows: 0 }, /nothing was sent/],
  ])('in which one system, once, %s, says so and gives no ratio', (_, more, why) => {
    for (const cells of [
      [cell('ours', more), cell('theirs')],
      [cell('ours'), cell('theirs', more)],
    ]) {
      const { status, text, lines } = run(...cells)

      expect(status).toBe(1)
      expect(text).toMatch(why)
      expect(text).not.toContain('|')
      expect(lines).toBeUndefined()
    }
  })

  test('in which the generator, within its bounds, was late, is sound', () => {
    expect(run(cell('ours', { late: 1 })).status).toBe(0)
  })

  test('of a system that only answers, by its rows, is not judged', () => {
    expect(run(cell('ours'), cell('empty', { isEmpty: true, rows: 0 })).status).toBe(0)
  })

  test('in which nothing was measured, gives no ratio', () => {
    expect(conclude([], 'ours')).toMatchObject({ status: 1 })
  })

  test('of several rounds, by its ratios, compares neighbours', () => {
    // A machine that halves its speed meets both.
    const rounds = [1, 2, 4].map((seconds) => [
      cell('ours', { seconds }),
      cell('theirs', { seconds: seconds / 2 }),
    ])
    const { lines } = conclude([rounds], 'ours')

    expect(lines?.[1]?.speedOfProduct).toEqual({ median: 0.5, least: 0.5, most: 0.5 })
    expect(lines?.[1]?.perSecond).toEqual({ median: 100, least: 50, most: 200 })
  })
})

describe('an answer', () => {
  test.each<[string, Parameters<typeof note>[1], 'right' | 'wrong' | 'errors']>([
    ['with what it should have', { status: 200, body: 'for Bench Motors' }, 'right'],
    ['for somebody else', { status: 200, body: 'for nobody' }, 'wrong'],
    ['of another status', { status: 503, body: 'Bench Motors' }, 'wrong'],
    ['that never came', new Error('the connection was closed'), 'errors'],
  ])('%s, is counted as what it is', (_, answer, kind) => {
    const outcome = emptyOutcome()
    note(outcome, answer, 'Bench Motors', 3)

    expect(outcome[kind]).toBe(1)
    expect(outcome.right + outcome.wrong + outcome.errors).toBe(1)
    expect(outcome.times).toEqual(kind === 'right' ? [3] : [])
  })
})

test('a spread of an even number of rounds, by its median, lies between the two in the middle', () => {
  expect(spread([4, 1, 2, 9])).toEqual({ median: 3, least: 1, most: 9 })
})
