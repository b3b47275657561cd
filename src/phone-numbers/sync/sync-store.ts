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
export type SettleClaim = z.infer<typeof Claim>

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
export type SettleScope = { organizationId: string } | { phoneNumberId: string } | 'any'

export type SettleStore = ReturnType<typeof createSettleStore>

export function createSettleStore(
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
    claim(scope: SettleScope) {
      if (scope === 'any') return db.rpc('claim_number_to_settle', server, Claimed)
      if ('phoneNumberId' in scope)
        return db.rpc('claim_given_number_to_settle', { ...server, ...scope }, Claimed)
      return db.rpc('claim_organization_number_to_settle', { ...server, ...scope }, Claimed)
    },
    /** @param carriers those that answered, so that none of them refuses our account */
    recordSettled: ({ number, lease }: SettleClaim, carriers: Carrier[]) =>
      db.rpc(
        'record_number_settled',
        { id: number.id, lease, carriers },
        z.object({ settled: z.boolean() }),
      ),
    /** A carrier refuses our account: everything waits. */
    pause: ({ number: { id }, lease }: SettleClaim, { carrier, message }: CarrierError) =>
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
          { id, elevenlabsPhoneId: elevenlabs_phone_id },
          z.object({ ordered: z.boolean() }),
        )
        .then(({ ordered }) => ordered),
    recordFailure: ({ number, lease }: SettleClaim, failure: { error: string; delayMs: number }) =>
      db.rpc(
        'record_number_not_settled',
        { id: number.id, lease, ...failure },
        z.object({ due_at: z.string().nullable() }),
      ),
  }
}
