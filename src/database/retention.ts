import { z } from 'zod'
import type { Database } from './db.ts'
import type { LeasedWork } from './lease.ts'

const Turn = z.object({ is_more: z.boolean() })

/**
 * One turn of the `retention` loop: deletes what is kept for a time only, answers under an
 * Idempotency-Key a day, the ids of what was erased 30 days, the audit log `auditDays`, the words of texts and
 * calls `contentDays` (0: for ever), and what is finished 90 days.
 */
export function createRetention(
  db: Database,
  { auditDays, contentDays }: { auditDays: number; contentDays: number },
): LeasedWork<Record<string, never>> {
  return async (signal) => {
    await db.rpc('delete_outdated', { auditDays, contentDays }, z.object({}))
    // Of events there are many: some at once, so that nobody waits for them.
    let isMore = true
    while (isMore && !signal.aborted)
      isMore = (await db.rpc('delete_outdated_events', { contentDays }, Turn)).is_more
    return undefined
  }
}
