import type { Outcome } from '../load/outcome.ts'

/** What one system made of one work, in one round. */
export interface Cell extends Outcome {
  system: string
  work: string
  cpuSeconds: number
  /** Rows the database has more than before. */
  rows: number
  /** It only answers, so there is nothing to find in the database. */
  isEmpty: boolean
  /** Round trips to the database for each request: as counted on the wire, and as they should be. */
  trips?: { counted: number; meant: number }
}

/** How much of a schedule the generator itself may miss. */
export const MAX_LATE_SHARE = 0.01

/** Round trips that the product's loops make meanwhile, by the request. */
const TRIPS_OF_LOOPS = 0.3

/**
 * Why a measurement is worth nothing; empty for a sound one. Errors and wrong answers are faster than right
 * ones, work that was not done costs nothing, and a generator that lags measures itself.
 */
export function unsound(cell: Cell): string[] {
  const { sent, right, wrong, errors, tooLate, firstProblem, late } = cell
  const what = `${cell.system}, ${cell.work}`
  const problems: string[] = []
  if (sent === 0) problems.push(`${what}: nothing was sent`)
  if (wrong + errors + tooLate > 0) {
    problems.push(
      `${what}: of ${sent} requests ${errors + tooLate} met an error and ${wrong} a wrong answer: ${firstProblem}`,
    )
  }
  if (late > sent * MAX_LATE_SHARE) {
    problems.push(`${what}: ${late} of ${sent} requests left too late: the generator is too busy`)
  }
  if (!cell.isEmpty && cell.rows !== right) {
    problems.push(
      `${what}: ${right} right answers, but ${cell.rows} rows more: other work was done`,
    )
  }
  const { trips } = cell
  if (trips && Math.abs(trips.counted - trips.meant) > TRIPS_OF_LOOPS) {
    problems.push(`${what}: ${trips.counted.toFixed(2)} round trips a request, not ${trips.meant}`)
  }
  return problems
}
