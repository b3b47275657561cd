import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import { StoredEvent } from '../event.ts'
import type { Outcome } from './post-webhook.ts'

const Claim = z.object({
  id: z.guid(),
  /** Until when nobody else takes it; a failure is recorded with it. */
  lease: z.string(),
  attempts: z.int(),
  event: StoredEvent,
  endpoint_id: z.guid(),
  url: z.string(),
  /** The one of before, too, for a day. */
  secrets: z.array(z.string()).min(1),
})
export type DeliveryClaim = z.infer<typeof Claim>

export type DeliveryStore = ReturnType<typeof createDeliveryStore>

export function createDeliveryStore(db: Database, options: { leaseMs: number; publicUrl: string }) {
  return {
    /** The next that is due, of the endpoint after that one; none of those that are busy. */
    claim: (after: string | null, busy: string[]) =>
      db
        .rpc(
          'claim_event_delivery',
          { ...options, after, busy },
          z.object({ claim: Claim.nullable() }),
        )
        .then(({ claim }) => claim),
    /** `delayMs` null: it is not tried again. */
    record: ({ id, lease }: DeliveryClaim, outcome: Outcome, delayMs: number | null) =>
      db.rpc(
        'record_event_delivery',
        { id, lease, ...outcome, delayMs },
        z.object({ recorded: z.boolean() }),
      ),
  }
}
