import { z } from 'zod'
import type { Database } from './db.ts'

/** Whatever a customer sent that the carrier lists. */
interface Arrival {
  sid: string
  at: Date
  to?: string
}

/**
 * Tells a person of what cannot be taken in, as `CatchUpSource` asks for it. An agent is one whose
 * conversations cannot be listed.
 */
export function createStuckArrivals<Item extends Arrival>(
  db: Database,
  kind: 'text' | 'call' | 'voicemail' | 'conversation' | 'agent',
) {
  return {
    report: async ({ sid, at, to }: Item, failure: { reason: string; isGivenUp: boolean }) => {
      await db.rpc(
        'report_stuck_arrival',
        {
          kind,
          providerId: sid,
          to: to || null,
          at: at.toISOString(),
          error: failure.reason,
          givenUp: failure.isGivenUp,
        },
        z.object({}),
      )
    },
    taken: async ({ sid }: Pick<Item, 'sid'>) => {
      await db.rpc('end_stuck_arrival', { kind, providerId: sid }, z.object({}))
    },
  }
}
