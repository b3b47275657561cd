import { z } from 'zod'
import { KnownBusinessHours } from '../../business-hours/business-hours.ts'
import type { Database } from '../../database/db.ts'
import { Timestamp } from '../../database/timestamp.ts'

/** A call whose caller is to be texted, leased until `due_at`. */
const MissedCall = z.object({
  call_id: z.guid(),
  due_at: Timestamp,
  /** Of the text to be: it follows from the call. */
  message_id: z.guid(),
  organization_id: z.guid(),
  organization_name: z.string(),
  /** A day ago. */
  since: Timestamp,
  /** What the customer was texted since then, as far as the database knows. */
  known_sids: z.array(z.string()),
  from: z.string(),
  to: z.string(),
  text: z.string(),
  business_hours: KnownBusinessHours.optional().catch(undefined),
})
export type MissedCall = z.infer<typeof MissedCall>

/** Longer than it takes to send a text, whatever the carrier does. */
const LEASE_MS = 60_000

export type MissedCallStore = ReturnType<typeof createMissedCallStore>

export function createMissedCallStore(db: Database) {
  const end = ({ call_id: callId, due_at: dueAt }: MissedCall, againMs: number | null) =>
    db.rpc('record_missed_text', { callId, dueAt, againMs }, z.object({ recorded: z.boolean() }))
  return {
    claim: (dueBy: string | null) =>
      db.rpc(
        'claim_missed_call',
        { leaseMs: LEASE_MS, dueBy },
        z.object({ claim: MissedCall.nullable(), due_by: z.string() }),
      ),
    finish: (call: MissedCall) => end(call, null),
    putOff: (call: MissedCall, againMs: number) => end(call, againMs),
  }
}
