import { AppError } from '../../../platform/errors.ts'
import type { Report } from '../../../reconcile/report.ts'
import { type Check, error, ok, warning } from '../check.ts'

/** So many intervals without a sweep, and the loops do not run. */
const LATE = 3

const READ = 'Read GET /api/admin/reconcile, and follow the notification reconcile_findings.'

/** What the last comparison with the carriers found, and whether there was one lately. */
export function createSweepCheck(deps: {
  last: () => Promise<Report>
  everyMs: number
  now?: () => number
}): Check {
  const now = deps.now ?? Date.now
  return async () => {
    let report: Report
    try {
      report = await deps.last()
    } catch (thrown) {
      if (!(thrown instanceof AppError && thrown.code === 'report_not_found')) throw thrown
      return warning(
        'The numbers were never compared with the carriers.',
        'Start the server: it compares them by itself within minutes.',
        'repair',
      )
    }
    const { finishedAt, counts, findings } = report
    if (now() - Date.parse(finishedAt) > LATE * deps.everyMs)
      return error(
        `The last comparison with the carriers ended ${finishedAt}, and should come every ${Math.round(deps.everyMs / 60_000)} minutes.`,
        'See whether a server runs, and what the notification loop_failing says.',
      )
    const open = findings.filter(({ action }) => action === 'none' || action === 'held')
    if (open.length === 0)
      return ok(`The last comparison with the carriers ended ${finishedAt} and left nothing open.`)
    const classes = [...new Set(open.map((each) => each.class))]
    const named = classes.map((name) => `${name} ${counts[name]}`).join(', ')
    const seen = `The last comparison with the carriers left ${open.length} findings open: ${named}.`
    return warning(seen, READ, report.mode === 'dry-run' ? 'repair' : undefined)
  }
}
