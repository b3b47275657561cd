import { toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import type { Order } from './orders/order.ts'
import type { OrderStore } from './orders/order-store.ts'
import type { RunWithin } from './orders/run-order.ts'

export type FollowOrder = (order: Order) => Promise<Order>

/**
 * Runs an order for up to `waitMs` and answers how far it has come. Never fails: the order exists,
 * and where its state cannot be read it is answered as it was.
 */
export function createFollowOrder(deps: {
  orders: OrderStore
  runWithin: RunWithin
  waitMs: number
  log: Logger
}): FollowOrder {
  return async (order) => {
    await deps.runWithin(order.id, deps.waitMs)
    try {
      return await deps.orders.get(order.id)
    } catch (thrown) {
      deps.log.warn(
        { err: toError(thrown), orderId: order.id },
        'ordered; its state is not known at the moment',
      )
      return order
    }
  }
}
