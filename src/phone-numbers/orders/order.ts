import { z } from 'zod'
import { Timestamp } from '../../database/timestamp.ts'
import { OrderError } from '../../telephony/order-error.ts'
import { MarkedNumber } from '../quarantine-mark.ts'

export const OrderStatus = z.enum(['running', 'needs_attention', 'done', 'canceled'])
const OrderStep = z.enum(['choose', 'buy', 'import', 'sync', 'done'])

/** One row of the provisioning ledger, with the number it is about. */
export const Order = z.object({
  id: z.guid(),
  cause: z.enum(['signup', 'admin', 'organization', 'manual', 'batch', 'replenish', 'adopted']),
  batch_id: z.guid().nullable().describe('the same for all orders of one batch'),
  step: OrderStep,
  status: OrderStatus,
  attempts: z.int(),
  organization_id: z.guid().nullable(),
  organization_name: z.string().nullable(),
  country: z.string(),
  area_code: z.string().nullable(),
  area_code_only: z.boolean(),
  agent_id: z
    .string()
    .nullable()
    .describe("the organization's own agent that is to answer; null: the default one"),
  last_error: OrderError,
  next_run_at: Timestamp,
  /** Set while a worker holds the order; results are recorded with it. */
  lease_token: z.guid().nullable(),
  created_at: Timestamp,
  updated_at: Timestamp,
  /** The friendlyName that marks what this order buys. */
  tag: z.string(),
  phone: MarkedNumber.nullable(),
  /** The purchase was sent, and nobody knows yet whether it was carried out. */
  purchase_in_doubt: z.boolean(),
  /** Candidates given up after a purchase that stayed unanswered. */
  abandoned: z.array(z.string()),
})
export type Order = z.infer<typeof Order>

/** An order under a lease, and the number a step works on. */
export interface LeasedOrder extends Order {
  lease_token: string
}

export function isLeased(order: Order): order is LeasedOrder {
  return order.status === 'running' && order.lease_token !== null
}

/** @throws Error when the order has not chosen a number yet, which no step after `choose` can meet */
export function phoneOf(order: Order): MarkedNumber {
  if (!order.phone) throw new Error(`order ${order.id} has no number at step ${order.step}`)
  return order.phone
}

/** Whether nothing more will happen to the order by itself. */
export function isAtRest(order: Order): boolean {
  return order.status !== 'running'
}
