import { z } from 'zod'
import { type Database, withoutTurn } from '../../database/db.ts'
import { type Actor, OPERATORS } from '../../platform/actor.ts'
import { OrderErrorInWords } from '../../telephony/order-error.ts'
import type { NumberCriteria } from '../number-criteria.ts'
import { OrderStatus } from '../orders/order.ts'

const state = {
  phone_number: z.string().nullable(),
  order_id: z.guid().nullable(),
  /** `error` tells what the order waits for. */
  order_status: OrderStatus.nullable(),
  error: OrderErrorInWords,
}

const PlanRow = z.object({
  ...state,
  status: z.enum(['has_number', 'suspended', 'in_progress', 'none']),
  position: z.int(),
  organization_id: z.guid(),
  slug: z.string(),
  name: z.string(),
})
export type PlanRow = z.infer<typeof PlanRow>

const Plan = z.object({
  rows: z.array(PlanRow),
  /** Organizations that would be planned too, if more than `limit` were. */
  remaining: z.int(),
  /** How many numbers the pool can give away, by country. */
  pool: z.record(z.string(), z.int()),
})

const Provisioned = z.object({
  ...state,
  status: z.enum(['has_number', 'suspended', 'in_progress', 'assigned', 'ordered']),
})
export type Provisioned = z.infer<typeof Provisioned>

/** Which organization an entry is about, by one name or by both. */
export interface EntryOf {
  position: number
  organization_id: string | undefined
  slug: string | undefined
}

export type ProvisionStore = ReturnType<typeof createProvisionStore>

export function createProvisionStore(db: Database) {
  return {
    /** What the named organizations have; all: the first `limit` active ones that have nothing. */
    plan: (entries: EntryOf[] | 'all', limit: number) =>
      db.rpc('plan_provision', { entries, limit }, Plan, { asker: OPERATORS }),

    /**
     * Gives the organization a number of the pool, or orders one, where it has neither; a part of what was planned.
     * @throws AppError wrong_state: it has none, and was given one under this effect before
     */
    provision: (actor: Actor, organizationId: string, criteria: NumberCriteria, effectId: string) =>
      db.rpc(
        'provision_organization',
        {
          actor,
          organizationId,
          country: criteria.country,
          areaCode: criteria.areaCode,
          region: criteria.region,
          effectId,
        },
        Provisioned,
        withoutTurn,
      ),
  }
}
