import { z } from 'zod'
import type { Database } from './db.ts'
import type { LeasedWork } from './lease.ts'

/**
 * One turn of the `retention` loop: deletes what is kept for a time only, answers under an
 * Idempotency-Key a day, the ids of what was erased 30 days, the audit log `auditDays`, the words of texts and
 * calls `contentDays` (0: for ever), and what is finished 90 days.
 */
export function createRetention(
  db: Database,
  options: { auditDays: number; contentDays: number },
): LeasedWork<Record<string, never>> {
  return async () => {
    await db.rpc('delete_outdated', options, z.object({}))
    return undefined
  }
}
