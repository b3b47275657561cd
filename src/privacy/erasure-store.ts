import { z } from 'zod'
import type { Carrier } from '../carriers/ports/carrier-error.ts'
import type { CallReport } from '../carriers/ports/voice-agents.ts'
import type { Database } from '../database/db.ts'

const Claim = z.object({
  id: z.guid(),
  kind: z.enum(['message', 'call', 'conversation']),
  /** The carrier's own. */
  provider_id: z.string(),
  /** Those that failed. */
  attempts: z.int(),
  /** Until when nobody else takes it; what comes of it is recorded with it. */
  lease: z.string(),
})
export type ErasureClaim = z.infer<typeof Claim>

const Recorded = z.object({ recorded: z.boolean() })

export type ErasureStore = ReturnType<typeof createErasureStore>

/** What carriers still have of erased customers. */
export function createErasureStore(
  db: Database,
  options: { leaseMs: number; publicUrl: string; maxAttempts: number },
) {
  return {
    /** Takes the next one that is due, none of `without`, if this server is where the numbers point. */
    claim: (without: Carrier[]) =>
      db
        .rpc(
          'claim_erasure',
          { leaseMs: options.leaseMs, publicUrl: options.publicUrl, without },
          z.object({ claim: Claim.nullable() }),
        )
        .then(({ claim }) => claim),
    /**
     * What a conversation has cost, and which call it was: nobody can tell once it is erased. Its
     * call is erased, too.
     */
    recordCost: (id: string, report: CallReport) =>
      db.rpc(
        'record_erasure_cost',
        {
          id,
          event: {
            // One that still counts as running by now never began.
            outcome: report.state === 'ended' ? 'ended' : 'failed',
            call_id: report.callId,
            conversation_id: report.conversationId,
            provider_call_id: report.providerCallId,
            direction: report.direction,
            started_at: report.startedAt.toISOString(),
            duration_seconds: report.durationSeconds,
            cost: report.costMicros,
          },
        },
        z.object({}),
      ),
    recordErased: ({ id, lease }: ErasureClaim) => db.rpc('record_erased', { id, lease }, Recorded),
    /** Tried again after `delayMs`, and once a day when the attempts are used up; a person is told then. */
    recordFailure: (
      { id, lease }: ErasureClaim,
      failure: { error: string; delayMs: number; isUnfinished: boolean },
    ) =>
      db.rpc(
        'record_erasure_failed',
        { id, lease, ...failure, maxAttempts: options.maxAttempts },
        Recorded,
      ),
  }
}
