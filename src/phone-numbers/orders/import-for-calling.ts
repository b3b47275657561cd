import type { Actor } from '../../platform/actor.ts'
import type { OrderStore } from './order-store.ts'
import type { RunWithin } from './run-order.ts'

export type ImportForCalling = (actor: Actor, organizationId: string) => Promise<void>

/**
 * Imports the number an organization calls from, if it went live without an import, and waits up to
 * `waitMs` for that. Whatever is left, the loop or, where numbers are imported manually, a person
 * finishes.
 * @throws AppError organization_not_found
 */
export function createImportForCalling(deps: {
  orders: Pick<OrderStore, 'importForCalling'>
  runWithin: RunWithin
  waitMs: number
}): ImportForCalling {
  return async (actor, organizationId) => {
    const orderId = await deps.orders.importForCalling(actor, organizationId)
    if (orderId) await deps.runWithin(orderId, deps.waitMs)
  }
}
