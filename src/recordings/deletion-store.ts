import { z } from 'zod'
import type { Database } from '../database/db.ts'

const Claim = z.object({
  id: z.guid(),
  /** What the telephone company calls it; null: it never had it. */
  provider_call_id: z.string().nullable(),
  conversation_id: z.string().nullable(),
  /** The conversation has nothing to say that is not known here. */
  is_reported: z.boolean(),
  /** Those that failed. */
  attempts: z.int(),
  /** Until when nobody else takes it; what comes of it is recorded with it. */
  lease: z.string(),
})
export type DeletionClaim = z.infer<typeof Claim>

const Recorded = z.object({ recorded: z.boolean() })

export type DeletionStore = ReturnType<typeof createDeletionStore>

/** Recordings whose time is over. */
export function createDeletionStore(
  db: Database,
  options: { leaseMs: number; publicUrl: string; maxAttempts: number },
) {
  return {
    /** Ends some recordings that are older than `days`; answers whether there may be more. */
    endOutdated: (days: number) =>
      db
        .rpc('record_outdated_recordings', { days }, z.object({ is_more: z.boolean() }))
        .then(({ is_more }) => is_more),
    /** Takes the next one to be deleted, if this server is where the numbers point. */
    claim: () =>
      db
        .rpc(
          'claim_recording',
          { leaseMs: options.leaseMs, publicUrl: options.publicUrl },
          z.object({ claim: Claim.nullable() }),
        )
        .then(({ claim }) => claim),
    recordDeleted: ({ id, lease }: DeletionClaim) =>
      db.rpc('record_recording_deleted', { id, lease }, Recorded),
    /** Tried again after `delayMs`, and once a day when the attempts are used up; a person is asked then. */
    recordLeft: (
      { id, lease }: DeletionClaim,
      failure: { error: string; delayMs: number; isUnfinished: boolean },
    ) =>
      db.rpc(
        'record_recording_left',
        { id, lease, ...failure, maxAttempts: options.maxAttempts },
        Recorded,
      ),
  }
}
