import { z } from 'zod'
import type { ListedCall, ListedVoicemail } from '../../carriers/ports/arrivals.ts'
import type { Database } from '../../database/db.ts'

const Sids = z
  .object({ sids: z.array(z.string()).nullable() })
  .transform(({ sids }) => sids && new Set(sids))

export type CatchUpStore = ReturnType<typeof createCatchUpStore>

/** Calls that no webhook told of. */
export function createCatchUpStore(
  db: Database,
  options: {
    /** Who answers where an organization has not chosen. */
    inboundVoice: 'elevenlabs' | 'server'
    /** After how long a call whose end was not reported is looked up. */
    overdueMs: number
    publicUrl: string
  },
) {
  return {
    /** As `CatchUpSource` asks it. */
    unknownCalls: (calls: ListedCall[]) =>
      db.rpc(
        'unknown_calls',
        {
          p_calls: calls.map(({ sid, to, at }) => ({ sid, to, at: at.toISOString() })),
          p_public_url: options.publicUrl,
        },
        Sids,
      ),
    /** The same of those that were left in a call of which no message is known. */
    unknownVoicemails: (voicemails: ListedVoicemail[]) =>
      db.rpc(
        'unknown_voicemails',
        {
          p_voicemails: voicemails.map(({ sid, callSid }) => ({ sid, call_sid: callSid })),
          p_public_url: options.publicUrl,
        },
        Sids,
      ),
    /** For whoever held the number when the call came; a person is told where one has to call back. */
    recordMissed: (call: ListedCall & { customer: string | null }) =>
      db.rpc(
        'record_missed_call',
        {
          p_provider_call_id: call.sid,
          p_from: call.from,
          p_to: call.to,
          p_customer: call.customer,
          p_started_at: call.at.toISOString(),
          p_status: call.status,
          p_duration_seconds: call.durationSeconds,
          p_inbound_voice: options.inboundVoice,
          p_look_ms: options.overdueMs,
        },
        z.object({
          result: z.enum(['stored', 'ended', 'duplicate', 'erased', 'unknown_number']),
          organization_id: z.uuid().optional(),
        }),
      ),
  }
}
