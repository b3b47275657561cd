import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import { StoredEvent } from '../event.ts'
import type { Outcome } from './post-webhook.ts'

const Claim = z.object({
  id: z.guid(),
  /** Until when nobody else takes it; a failure is recorded with it. */
  lease: z.string(),
  /** How often it was tried before, as far as was recorded. */
  attempts: z.int(),
  event: StoredEvent,
  endpoint_id: z.guid(),
  /** Whose turn it takes: an organization's, or the operators'. */
  owner_id: z.guid(),
  url: z.string(),
  /** Of the address, with its port. */
  host: z.string(),
  /** Nothing that it was told lately has arrived. */
  is_failing: z.boolean(),
  /** The one of before, too, for a day. */
  secrets: z.array(z.string()).min(1),
})
export type DeliveryClaim = z.infer<typeof Claim>

export type DeliveryStore = ReturnType<typeof createDeliveryStore>

export function createDeliveryStore(db: Database, options: { leaseMs: number; publicUrl: string }) {
  return {
    /**
     * The next that is due, of the owner after that one; of none that is busy, of no endpoint that has
     * `most` under way, and of no busy host.
     */
    claim: (turn: {
      after: string | null
      busy: string[]
      underWay: string[]
      most: number
      busyHosts: string[]
      /** Of no endpoint that fails. */
      isHealthyOnly: boolean
    }) =>
      db
        .rpc('claim_event_delivery', { ...options, ...turn }, z.object({ claim: Claim.nullable() }))
        .then(({ claim }) => claim),
    /** `delayMs` null: it is not tried again. */
    record: ({ id, lease, url }: DeliveryClaim, outcome: Outcome, delayMs: number | null) =>
      db.rpc(
        'record_event_delivery',
        { id, lease, url, ...outcome, delayMs },
        z.object({ recorded: z.boolean() }),
      ),
  }
}
