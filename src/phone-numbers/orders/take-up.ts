import type { Telephony } from '../../carriers/ports/telephony.ts'
import type { LeasedOrder, Order } from './order.ts'
import type { OrderStore } from './order-store.ts'

/**
 * Looks in the account for what the order has bought already, by its tag: a purchase that went through
 * unheard, or one that the database forgot when it went back in time. The order goes on with that, at
 * the step `buy`, where it is recorded. Undefined: there is none, so one may be bought.
 * @throws CarrierError when the carrier cannot tell; then nothing may be bought
 */
export async function takeUpBought(
  order: LeasedOrder,
  deps: { store: OrderStore; telephony: Telephony },
): Promise<Order | undefined> {
  const owned = await deps.telephony.findNumbersNamed(order.tag)
  if (owned.length === 0) return undefined
  const { taken, order: now } = await deps.store.takeUpBought(order, owned)
  return taken ? now : undefined
}
