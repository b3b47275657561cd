import { markdown } from '../compare/table.ts'
import { percentile } from '../load/outcome.ts'
import type { Offered } from './offer.ts'
import { unsoundShare } from './soundness.ts'

const HEAD = [
  'work',
  'circumstance',
  'requests/s',
  'right',
  'share',
  'right ÷ right of the first',
  'p50, ms',
  'p99, ms',
]

/** The status to end with, and what to print. One unsound measurement makes the whole run worth nothing. */
export function concludeOverload(offered: Offered[]): { status: 0 | 1; text: string } {
  const problems = offered.flatMap(unsoundShare)
  if (offered.length === 0) problems.push('nothing was measured')
  if (problems.length > 0) {
    return { status: 1, text: `No share comes of this run:\n${problems.join('\n')}` }
  }
  return {
    status: 0,
    text: markdown(
      HEAD,
      offered.map((each) => row(each, offered)),
    ),
  }
}

function row({ work, circumstance, perSecond, outcome, base, texts }: Offered, all: Offered[]) {
  const first = all.find((each) => each.work === work && each.circumstance === base)
  const { right, sent, times } = outcome
  return [
    work,
    texts ? `${circumstance}, ${texts.sent.toFixed(0)} of ${texts.meant} taken` : circumstance,
    perSecond.toFixed(0),
    `${right} of ${sent}`,
    (right / sent).toFixed(2),
    first ? (right / first.outcome.right).toFixed(2) : '',
    percentile(times, 0.5).toFixed(0),
    percentile(times, 0.99).toFixed(0),
  ]
}
