import { describe, expect, test } from 'vitest'
import { emptyOutcome, note, TooLate } from '../../bench/load/outcome.ts'
import { concludeOverload } from '../../bench/overload/conclude.ts'
import type { Offered } from '../../bench/overload/offer.ts'

/** A hundred calls, of which all are answered rightly at what the server can do, and half at twice that. */
const offered = (circumstance: string, right: number, more: Partial<Offered> = {}): Offered => ({
  work: 'a call',
  circumstance,
  perSecond: 100,
  rows: right,
  base: '1 ×',
  outcome: { ...emptyOutcome(), sent: 100, right, wrong: 100 - right, times: [5] },
  ...more,
})

const outcomeOf = (more: Partial<Offered['outcome']>): Partial<Offered> => ({
  outcome: { ...offered('', 50).outcome, ...more },
})

describe('a run of the bench that offers more than the server can do', () => {
  test('where callers, some of them, are turned away or given up, gives the share of right answers', () => {
    const late = offered('3 ×', 50, outcomeOf({ wrong: 20, tooLate: 30 }))
    const { status, text } = concludeOverload([offered('1 ×', 80), late])

    expect(status).toBe(0)
    expect(text).toContain('| a call | 1 × | 100 | 80 of 100 | 0.80 | 1.00 |')
    expect(text).toContain('| a call | 3 × | 100 | 50 of 100 | 0.50 | 0.63 |')
  })

  test.each<[string, Partial<Offered>, RegExp]>([
    ['sent nothing', outcomeOf({ sent: 0, right: 0 }), /nothing was sent/],
    [
      'lost a connection',
      outcomeOf({ errors: 1, firstProblem: 'ECONNRESET' }),
      /1 of 100 met an error: ECONNRESET/,
    ],
    ['missed its schedule', outcomeOf({ late: 2 }), /2 of 100 requests left too late/],
    ['answered without its work', { rows: 49 }, /50 right answers, but 49 rows more/],
    [
      'had fewer texts beside it than meant',
      { texts: { meant: 8_000, came: 7_000, sent: 7_000 } },
      /7000 texts a second came, not 8000/,
    ],
  ])('and, once, %s, says so and gives no share', (_, more, why) => {
    const { status, text } = concludeOverload([offered('1 ×', 80), offered('3 ×', 50, more)])

    expect(status).toBe(1)
    expect(text).toMatch(why)
    expect(text).not.toContain('|')
  })

  test('whose texts, while all connections wait for the server, cannot be sent, is sound', () => {
    const texts = { meant: 8_000, came: 8_000, sent: 3_000 }
    const { status, text } = concludeOverload([offered('texts', 80, { texts })])

    expect(status).toBe(0)
    expect(text).toContain('| texts, 3000 of 8000 taken |')
  })

  test('which, in the end, measured nothing, gives no share', () => {
    expect(concludeOverload([])).toMatchObject({ status: 1 })
  })
})

test('an answer, after the one who asks has hung up, is too late and no error', () => {
  const outcome = emptyOutcome()
  note(outcome, new TooLate(), 'Bench Motors', 3)

  expect(outcome).toMatchObject({ tooLate: 1, errors: 0, right: 0, wrong: 0, times: [] })
})
