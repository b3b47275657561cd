import { z } from 'zod'
import type { Database } from './db.ts'
import type { LeasedWork } from './lease.ts'

/**
 * One turn of the `retention` loop: deletes what is kept for a time only, answers under an
 * Idempotency-Key a day, the ids of what was erased 30 days, the audit log `auditDays`.
 */
export function createRetention(
  db: Database,
  options: { auditDays: number },
): LeasedWork<Record<string, never>> {
  return async () => {
    await db.rpc('delete_outdated', options, z.object({}))
    return undefined
  }
}
