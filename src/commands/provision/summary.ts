import type { Outcome } from './outcome.ts'

export type Tally = Record<Outcome['kind'], number>

export function tally(outcomes: Outcome[]): Tally {
  const counts: Tally = { had: 0, given: 0, would_assign: 0, would_order: 0, coming: 0, failed: 0 }
  for (const { kind } of outcomes) counts[kind] += 1
  return counts
}

/** What to tell at the end; `failures` by line of the file. */
export function summarize(outcomes: Outcome[], failures: { line: number; error: string }[]) {
  const counts = tally(outcomes)
  const lines: [number, string][] = [
    [counts.had, 'had a number already'],
    [counts.given, 'have one now'],
    [counts.would_assign, 'would get one of the pool at once'],
    [counts.would_order, 'would have one ordered'],
    [
      counts.coming,
      'have one on order; it comes by itself, and the same command shows how far it is',
    ],
    [failures.length, 'failed'],
  ]
  return [
    ...lines.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    ...failures
      .toSorted((a, b) => a.line - b.line)
      .map(({ line, error }) => `  line ${line}: ${error}`),
  ]
}
