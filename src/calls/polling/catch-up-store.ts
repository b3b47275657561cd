import { z } from 'zod'
import type { ListedCall, ListedVoicemail } from '../../carriers/ports/arrivals.ts'
import type { Database } from '../../database/db.ts'
import { toUnknown } from '../../platform/catch-up.ts'

const Sids = z
  .object({ sids: z.array(z.string()).nullable() })
  .transform(({ sids }) => sids && new Set(sids))

export type CatchUpStore = ReturnType<typeof createCatchUpStore>

/** Calls that no webhook told of. */
export function createCatchUpStore(
  db: Database,
  options: {
    /** After how long a call whose end was not reported is looked up. */
    overdueMs: number
    publicUrl: string
  },
) {
  return {
    /** As `CatchUpSource` asks it. */
    unknownCalls: (calls: ListedCall[]) =>
      db.rpc('unknown_calls', { calls: calls.map(toUnknown), publicUrl: options.publicUrl }, Sids),
    /** The same of those that were left in a call of which no message is known. */
    unknownVoicemails: (voicemails: ListedVoicemail[]) =>
      db.rpc(
        'unknown_voicemails',
        {
          voicemails: voicemails.map(({ sid, callSid }) => ({ sid, call_sid: callSid })),
          publicUrl: options.publicUrl,
        },
        Sids,
      ),
    /** For whoever held the number when the call came. */
    recordMissed: (call: ListedCall & { customer: string | null }) =>
      db.rpc(
        'record_missed_call',
        {
          providerCallId: call.sid,
          from: call.from,
          to: call.to,
          customer: call.customer,
          startedAt: call.at.toISOString(),
          status: call.status,
          durationSeconds: call.durationSeconds,
          pollMs: options.overdueMs,
        },
        z.object({
          result: z.enum(['stored', 'ended', 'duplicate', 'erased', 'unknown_number']),
          organization_id: z.guid().optional(),
        }),
      ),
  }
}
