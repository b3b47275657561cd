import { MAX_LATE_SHARE } from '../compare/soundness.ts'
import type { Offered } from './offer.ts'

/** How much fewer texts may come than were meant to. */
const MAX_MISSING_SHARE = 0.05

/**
 * Why a share of right answers is worth nothing; empty for a sound one. An overloaded server may turn away
 * and be late. It may not lose a connection, nor answer rightly without having done the work.
 */
export function unsoundShare({ work, circumstance, outcome, rows, texts }: Offered): string[] {
  const what = `${work}, ${circumstance}`
  const { sent, right, errors, firstProblem, late } = outcome
  const problems: string[] = []
  if (sent === 0) problems.push(`${what}: nothing was sent`)
  if (errors > 0) problems.push(`${what}: ${errors} of ${sent} met an error: ${firstProblem}`)
  if (late > sent * MAX_LATE_SHARE) {
    problems.push(`${what}: ${late} of ${sent} requests left too late: the generator is too busy`)
  }
  if (rows < right) {
    problems.push(`${what}: ${right} right answers, but ${rows} rows more: other work was done`)
  }
  if (texts && texts.came < texts.meant * (1 - MAX_MISSING_SHARE)) {
    problems.push(
      `${what}: ${texts.came.toFixed(0)} texts a second came, not ${texts.meant}: the generator is too busy`,
    )
  }
  return problems
}
