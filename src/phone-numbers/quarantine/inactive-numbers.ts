import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import type { LeasedWork } from '../../database/lease.ts'
import { allPages } from '../../database/pages.ts'
import type { Logger } from '../../platform/logger.ts'

/** As many numbers as one transaction looks at well within any time-out of the database. */
const READ_AT_ONCE = 1_000

/**
 * Tells operators of the numbers that nobody has used for `days`, each once until it is used again,
 * and takes that back for those that are. Releases nothing.
 */
export function createReportInactive(deps: {
  db: Database
  days: number
  log: Logger
}): LeasedWork<Record<string, never>> {
  return async (signal) => {
    let reported = 0
    const parts = allPages((cursor) =>
      deps.db.rpc(
        'report_inactive_numbers',
        { days: deps.days, limit: READ_AT_ONCE, cursor },
        z.object({ reported: z.int(), next_cursor: z.guid().nullable() }),
      ),
    )
    for await (const part of parts) {
      reported += part.reported
      if (signal.aborted) break
    }
    if (reported > 0) deps.log.info({ reported }, 'inactive numbers reported')
    return undefined
  }
}
