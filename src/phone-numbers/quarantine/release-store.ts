import { z } from 'zod'
import type { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { Database } from '../../database/db.ts'
import { pauseForNumber } from '../carrier-pause.ts'
import { MarkedNumber } from '../quarantine-mark.ts'

/** Who still has a number that is to be released, by our own tables. */
const Doubt = z.enum(['held', 'ordered'])

const Claim = z.object({
  number: MarkedNumber,
  /** Until when nobody else takes the number; everything is recorded with it. */
  lease: z.string(),
  attempts: z.int(),
  /** The id in the friendlyName of everything this deployment bought. */
  deployment: z.string(),
  /** Something may have been removed already. */
  begun: z.boolean(),
  /** Why our own tables do not agree that nobody has the number any more. */
  doubt: Doubt.nullable(),
})
export type ReleaseClaim = z.infer<typeof Claim>

export type ReleaseStore = ReturnType<typeof createReleaseStore>

export function createReleaseStore(
  db: Database,
  options: { leaseMs: number; publicUrl: string; accountPauseMs: number },
) {
  const Recorded = z.object({ recorded: z.boolean() })
  return {
    /** Takes the next number whose quarantine is over, if this server is where the numbers point. */
    claim: () =>
      db
        .rpc(
          'claim_number_to_release',
          { leaseMs: options.leaseMs, publicUrl: options.publicUrl },
          z.object({ claim: Claim.nullable() }),
        )
        .then(({ claim }) => claim),
    /** Before each removal outside: there is no way back after it. @returns the lease from now on @throws AppError lease_lost */
    begin: ({ number, lease }: ReleaseClaim): Promise<string> =>
      db
        .rpc(
          'begin_release',
          { id: number.id, lease, leaseMs: options.leaseMs },
          z.object({ lease: z.string() }),
        )
        .then((renewed) => renewed.lease),
    /** Twilio does not have the number. @returns false where it says so of too many */
    presumeGone: (id: string) =>
      db
        .rpc('presume_number_gone', { id }, z.object({ presumed: z.boolean() }))
        .then(({ presumed }) => presumed),
    recordReleased: (id: string) => db.rpc('record_released', { id }, Recorded),
    /** A carrier refuses our account: everything waits. */
    pause: (id: string, lease: string, { carrier, message }: CarrierError) =>
      pauseForNumber(db, {
        id,
        lease,
        carrier,
        error: message,
        pauseMs: options.accountPauseMs,
      }),
    recordFailure: (
      id: string,
      lease: string,
      failure: { error: string; delayMs: number; needsAttention: boolean },
    ) => db.rpc('record_release_failed', { id, lease, ...failure }, Recorded),
  }
}
