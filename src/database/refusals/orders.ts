import { z } from 'zod'
import { refusal } from './refusal.ts'

const Order = z.object({ order_id: z.string() })

/** What operators do with orders, and workers with their lease on one. */
export const ofOrders = {
  order_unknown: refusal(
    Order,
    ({ order_id }) => `Order ${order_id} does not exist: GET /api/admin/orders lists those that do`,
  ),
  order_lease_lost: refusal(
    Order,
    ({ order_id }) => `Order ${order_id} is no longer leased by this worker`,
  ),
  order_not_to_retry: refusal(
    z.object({ order_id: z.string(), status: z.string() }),
    ({ order_id, status }) => `Order ${order_id} is ${status}, so there is nothing to retry`,
  ),
  order_being_run: refusal(
    Order,
    ({ order_id }) =>
      `Order ${order_id} is being worked on at this moment: try again in a few seconds`,
  ),
  order_has_bought: refusal(
    Order,
    ({ order_id }) =>
      `Order ${order_id} has bought its number already, so it cannot be canceled: retry it or activate the number`,
  ),
  order_may_have_bought: refusal(
    Order,
    ({ order_id }) =>
      `Order ${order_id} may have bought its number, which is being looked up: retry it, and cancel it once that is clear`,
  ),
}
