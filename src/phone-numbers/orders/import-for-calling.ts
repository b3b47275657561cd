import type { CallToPlace, OrderStore } from './order-store.ts'
import type { RunWithin } from './run-order.ts'

export type ImportForCalling = (call: CallToPlace) => Promise<void>

/**
 * Imports the number this call would come from, if it went live without an import, and waits up to
 * `waitMs` for that. Whatever is left, the loop or, where numbers are imported manually, a person
 * finishes.
 * @throws AppError organization_not_found
 */
export function createImportForCalling(deps: {
  orders: Pick<OrderStore, 'importForCalling'>
  runWithin: RunWithin
  waitMs: number
}): ImportForCalling {
  return async (call) => {
    const orderId = await deps.orders.importForCalling(call)
    if (orderId) await deps.runWithin(orderId, deps.waitMs)
  }
}
