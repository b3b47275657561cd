import { z } from 'zod'
import type { Database } from '../database/db.ts'
import { StoredNotification } from './notification.ts'

const Claim = z.object({
  notification: StoredNotification,
  /** Until when nobody else takes it; a failure is recorded with it. */
  lease: z.string(),
  attempts: z.int(),
})
export type AlertClaim = z.infer<typeof Claim>

const Recorded = z.object({ recorded: z.boolean() })

export type AlertStore = ReturnType<typeof createAlertStore>

export function createAlertStore(db: Database, options: { leaseMs: number }) {
  return {
    /** Takes the next open notification that was not told yet, if there is one. */
    claim: () =>
      db
        .rpc('claim_alert', { leaseMs: options.leaseMs }, z.object({ claim: Claim.nullable() }))
        .then(({ claim }) => claim),
    recordDelivered: ({ notification }: AlertClaim) =>
      db.rpc('record_alerted', { id: notification.id }, Recorded),
    /** `delayMs` null: it is not tried again. */
    recordFailure: ({ notification, lease }: AlertClaim, delayMs: number | null) =>
      db.rpc('record_alert_failed', { id: notification.id, lease, delayMs }, Recorded),
  }
}
