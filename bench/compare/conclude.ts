import { compare, type Line } from './ratios.ts'
import { type Cell, unsound } from './soundness.ts'
import { table } from './table.ts'

/** What a run comes to: the status to end with, and what to print; no lines where nothing can be compared. */
export interface Conclusion {
  status: 0 | 1
  text: string
  lines?: Line[]
}

/**
 * Compares the rounds of each work. One measurement that is not sound makes the whole run worth nothing:
 * then it says why, and no ratio.
 */
export function conclude(works: Cell[][][], product: string): Conclusion {
  const problems = works.flat(2).flatMap(unsound)
  if (works.flat(2).length === 0) problems.push('nothing was measured')
  if (problems.length > 0) {
    return { status: 1, text: `No ratio comes of this run:\n${problems.join('\n')}` }
  }
  const lines = works.flatMap((rounds) => compare(rounds, product))
  return { status: 0, text: table(lines), lines }
}
