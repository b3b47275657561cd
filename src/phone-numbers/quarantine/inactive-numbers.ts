import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import type { LeasedWork } from '../../database/lease.ts'
import type { Logger } from '../../platform/logger.ts'

/**
 * Tells operators of the numbers that nobody has used for `days`, each once until it is used again,
 * and takes that back for those that are. Releases nothing.
 */
export function createReportInactive(deps: {
  db: Database
  days: number
  log: Logger
}): LeasedWork<Record<string, never>> {
  return async () => {
    const { reported } = await deps.db.rpc(
      'report_inactive_numbers',
      { days: deps.days },
      z.object({ reported: z.int() }),
    )
    if (reported > 0) deps.log.info({ reported }, 'inactive numbers reported')
    return undefined
  }
}
