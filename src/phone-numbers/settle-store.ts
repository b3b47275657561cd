import { z } from 'zod'
import type { Database } from '../platform/db.ts'
import { PhoneNumber } from './phone-number.ts'

const Claim = z.object({
  number: PhoneNumber,
  /** Until when nobody else takes the number; results are recorded with it. */
  lease: z.string(),
  attempts: z.int(),
})
export type SettleClaim = z.infer<typeof Claim>

/** Which of the numbers that are due. */
export interface SettleScope {
  organizationId?: string
  phoneNumberId?: string
}

export type SettleStore = ReturnType<typeof createSettleStore>

export function createSettleStore(db: Database, options: { leaseMs: number }) {
  return {
    /** Takes the next number whose settings are due, of the scope or, without one, of all. */
    claim: ({ organizationId, phoneNumberId }: SettleScope) =>
      db
        .rpc(
          'claim_number_to_settle',
          {
            p_organization_id: organizationId ?? null,
            p_phone_number_id: phoneNumberId ?? null,
            p_lease_ms: options.leaseMs,
          },
          z.object({ claim: Claim.nullable() }),
        )
        .then(({ claim }) => claim),
    recordSettled: ({ number, lease }: SettleClaim) =>
      db.rpc(
        'record_number_settled',
        { p_id: number.id, p_lease: lease },
        z.object({ settled: z.boolean() }),
      ),
    recordFailure: ({ number, lease }: SettleClaim, failure: { error: string; delayMs: number }) =>
      db.rpc(
        'record_number_not_settled',
        {
          p_id: number.id,
          p_lease: lease,
          p_error: failure.error,
          p_delay_ms: failure.delayMs,
        },
        z.object({ due_at: z.string().nullable() }),
      ),
  }
}
