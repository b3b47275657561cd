import { z } from 'zod'
import type { Database } from '../../database/db.ts'
import type { Actor } from '../../platform/actor.ts'
import { guardOf, type SpendingLimits } from '../../telephony/spending-limits.ts'
import type { NumberCriteria } from '../number-criteria.ts'
import { Order } from '../orders/order.ts'
import { PhoneNumber } from '../phone-number.ts'

const Batch = z.object({
  orders: z.array(Order),
  /** No order is tried before, because a carrier refuses our account. */
  paused_until: z.string().nullable(),
})
export type Batch = z.infer<typeof Batch>

const PoolRow = z.object({
  counts: z.record(z.string(), z.int()),
  ready: z.int(),
  needs_import: z.int(),
  by_area_code: z.array(
    z.object({
      area_code: z.string().nullable(),
      country: z.string(),
      region: z.string().nullable(),
      configured: z.int(),
      needs_import: z.int(),
    }),
  ),
  oldest_idle_since: z.string().nullable(),
  monthly_cost: z.int(),
  estimated: z.boolean(),
  given_last_30_days: z.int(),
})
export type PoolRow = z.infer<typeof PoolRow>

const Added = z.object({
  number: PhoneNumber.nullable(),
  /** The number is outside as it is to be. */
  synced: z.boolean(),
  order_id: z.guid().nullable(),
})

export type PoolStore = ReturnType<typeof createPoolStore>

/** `numberCost`: micro-dollars a month, for numbers whose own price is not known. */
export function createPoolStore(
  db: Database,
  options: { numberCost: number; maxPerOrganization: number; spending: SpendingLimits },
) {
  return {
    /**
     * Orders the batch; a repeat with the same id finds it. What fails is notified once it is answered,
     * or `answerMs` have passed.
     */
    createBatch: (
      actor: Actor,
      id: string,
      criteria: NumberCriteria,
      count: number,
      answerMs: number,
    ) =>
      db.rpc(
        'create_batch',
        {
          actor,
          id,
          country: criteria.country,
          areaCode: criteria.areaCode,
          areaCodeOnly: criteria.areaCodeOnly,
          count,
          answerMs,
        },
        Batch,
      ),
    getBatch: (id: string) => db.rpc('get_batch', { id }, Batch),

    /** The batch as it is answered; what fails from now on is notified. */
    answerBatch: (id: string) => db.rpc('answer_batch', { id }, Batch),

    /** A number of the pool for the organization, or the id of the order for one. */
    add: (
      id: string,
      actor: Actor,
      organizationId: string,
      criteria: NumberCriteria,
      agentId: string | null,
    ) =>
      db.rpc(
        'add_phone_number',
        {
          id,
          actor,
          organizationId,
          ...criteria,
          max: options.maxPerOrganization,
          agentId,
          guard: guardOf(options.spending),
        },
        Added,
      ),

    status: () => db.rpc('pool_status', { numberCost: options.numberCost }, PoolRow),

    /** Replenishes, and keeps the alert. `told`: the pool was low already at the last look. */
    tend: (limits: { min: number; target: number; reported: boolean }) =>
      db.rpc(
        'replenish_pool',
        limits,
        z.object({ ready: z.int(), low: z.boolean(), ordered: z.int() }),
      ),
  }
}
