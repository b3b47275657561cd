import { isCarriersWords } from '../../carriers/ports/carrier-error.ts'
import type { Order } from './order.ts'

/** What holds an order up, for those whose number it is: what a carrier said is for operators alone. */
export function errorForTenants(order: { status: string } & Pick<Order, 'last_error'>) {
  const { status, last_error: error } = order
  if (error === null || !isCarriersWords(error)) return error
  return status === 'needs_attention'
    ? 'The number could not be set up, and the operators of this server have been told'
    : 'A carrier has not done its part yet; it is tried again by itself'
}
