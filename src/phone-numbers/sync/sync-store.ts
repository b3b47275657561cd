import { z } from 'zod'
import type { Carrier, CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { Database } from '../../database/db.ts'
import { pauseForNumber } from '../carrier-pause.ts'
import type { InboundVoice } from '../phone-number.ts'
import { MarkedNumber } from '../quarantine-mark.ts'

const Claim = z.object({
  number: MarkedNumber,
  /** Until when nobody else takes the number; results are recorded with it. */
  lease: z.string(),
  attempts: z.int(),
})
export type SyncClaim = z.infer<typeof Claim>

const Claimed = z.object({
  claim: Claim.nullable(),
  /**
   * Why numbers that have been due for a while are left to another server: they point at its
   * `address`, or go by its `settings`.
   */
  waits_for: z.enum(['address', 'settings']).nullable(),
})
export type WaitsFor = z.infer<typeof Claimed>['waits_for']

/** Which of the numbers that are due: an organization's, a given one, or any. */
export type SyncScope = { organizationId: string } | { phoneNumberId: string } | 'any'

export type SyncStore = ReturnType<typeof createSyncStore>

export function createSyncStore(
  db: Database,
  options: {
    leaseMs: number
    accountPauseMs: number
    /** Of this server; numbers that go by those of another are left to that. */
    inboundVoice: InboundVoice
    agentId: string
    publicUrl: string
  },
) {
  const { leaseMs, inboundVoice, agentId, publicUrl } = options
  const server = { leaseMs, inboundVoice, agentId, publicUrl }
  return {
    /** Takes the next number of the scope whose settings are due. */
    claim(scope: SyncScope) {
      if (scope === 'any') return db.rpc('claim_number_to_sync', server, Claimed)
      if ('phoneNumberId' in scope)
        return db.rpc('claim_given_number_to_sync', { ...server, ...scope }, Claimed)
      return db.rpc('claim_organization_number_to_sync', { ...server, ...scope }, Claimed)
    },
    /** @param carriers those that answered, so that none of them refuses our account */
    recordSynced: ({ number, lease }: SyncClaim, carriers: Carrier[]) =>
      db.rpc(
        'record_number_synced',
        { id: number.id, lease, carriers },
        z.object({ synced: z.boolean() }),
      ),
    /** A carrier refuses our account: everything waits. */
    pause: ({ number: { id }, lease }: SyncClaim, { carrier, message }: CarrierError) =>
      pauseForNumber(db, {
        id,
        lease,
        carrier,
        error: message,
        pauseMs: options.accountPauseMs,
      }),
    /**
     * ElevenLabs has lost the number's import. @returns false where an order is at work already, or
     * ElevenLabs says so of too many numbers
     */
    orderImport: ({ id, elevenlabs_phone_id }: MarkedNumber) =>
      db
        .rpc(
          'order_import',
          { actor: { kind: 'system' }, id, elevenlabsPhoneId: elevenlabs_phone_id },
          z.object({ ordered: z.boolean() }),
        )
        .then(({ ordered }) => ordered),
    recordFailure: ({ number, lease }: SyncClaim, failure: { error: string; delayMs: number }) =>
      db.rpc(
        'record_number_not_synced',
        { id: number.id, lease, ...failure },
        z.object({ due_at: z.string().nullable() }),
      ),
  }
}
