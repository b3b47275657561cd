import type { Actor } from '../../platform/actor.ts'
import { toError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import type { NumberCriteria } from '../number-criteria.ts'
import type { Order } from '../orders/order.ts'
import type { OrderStore } from '../orders/order-store.ts'
import type { RunWithin } from '../orders/run-order.ts'
import type { PhoneNumber } from '../phone-number.ts'
import type { PoolStore } from './pool-store.ts'

/** Of the pool, or the order for one: undefined where its state is not known at the moment. */
export type AnotherNumber =
  | { from: 'pool'; number: PhoneNumber; synced: boolean }
  | { from: 'order'; orderId: string; order: Order | undefined }

export type AddNumber = (
  id: string,
  actor: Actor,
  organizationId: string,
  criteria: NumberCriteria,
  agentId: string | null,
) => Promise<AnotherNumber>

/**
 * Gives an organization one more number, for its agent `agentId` or, with null, the default one: of
 * the pool, live at once, else an order that is worked on for up to `waitMs` and goes on by itself.
 * A repeat with the same id finds what it brought.
 * @throws AppError organization_not_found, agent_not_found, role_required, organization_suspended,
 *   number_limit_reached, new_number_limit_reached, account_spend_reached (only for users)
 */
export function createAddNumber(deps: {
  pool: PoolStore
  orders: OrderStore
  runWithin: RunWithin
  /** Never fails. */
  syncNumber: (phoneNumberId: string) => Promise<void>
  waitMs: number
  log: Logger
}): AddNumber {
  return async (id, actor, organizationId, criteria, agentId) => {
    const add = () => deps.pool.add(id, actor, organizationId, criteria, agentId)
    const { number, synced, order_id: orderId } = await add()
    if (number && synced) return { from: 'pool', number, synced }
    if (number) {
      await deps.syncNumber(number.id)
      // A repeat changes nothing, and tells how far it is.
      const now = await add().catch(() => undefined)
      return { from: 'pool', number, synced: now?.synced ?? false }
    }
    if (!orderId) throw new Error('add_phone_number answered neither a number nor an order')
    await deps.runWithin(orderId, deps.waitMs)
    try {
      return { from: 'order', orderId, order: await deps.orders.get(orderId) }
    } catch (thrown) {
      deps.log.warn({ err: toError(thrown), orderId }, 'ordered; its state is not known')
      return { from: 'order', orderId, order: undefined }
    }
  }
}
