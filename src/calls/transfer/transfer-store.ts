import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import { guardOfDestination, type SpendingLimits } from '../../telephony/spending-limits.ts'

/** Who asks: an agent, of a call that it is having. */
export interface TransferRequest {
  agentId: string
  callId: string
}

const Found = z.object({ to: z.string().nullable() })

const Begun = z.object({
  /**
   * under_way: another request recorded it, and may be asking the carrier; again: or has died before that; refused: by
   * the carrier, before; nobody: the setting is another one by now.
   */
  result: z.enum(['begun', 'again', 'under_way', 'answered', 'refused', 'nobody']),
  call_sid: z.string(),
})

export type TransferStore = ReturnType<typeof createTransferStore>

/** Calls that are handed over to a person, once each. */
export function createTransferStore(
  db: Database,
  options: { transferLeaseMs: number; spending: SpendingLimits },
) {
  return {
    /**
     * To whom the organization hands callers over; null: to nobody.
     * @throws AppError call_not_found where the agent has no such call, or it is over
     */
    find: ({ agentId, callId }: TransferRequest) =>
      db.rpc('find_transfer', { agentId, callId }, Found),
    /** @throws AppError call_not_found; whatever keeps the organization from calling that number */
    begin: ({ agentId, callId }: TransferRequest, to: string) =>
      db.rpc(
        'begin_transfer',
        {
          agentId,
          callId,
          to,
          leaseMs: options.transferLeaseMs,
          guard: guardOfDestination(to, options.spending),
        },
        Begun,
      ),
    /** What it would have cost is free again. */
    recordRefused: ({ callId }: TransferRequest) =>
      db.rpc('record_transfer_refused', { callId }, z.object({ recorded: z.boolean() })),
  }
}
