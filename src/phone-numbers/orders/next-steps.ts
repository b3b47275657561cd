import { OrderErrorInWords } from '../../telephony/order-error.ts'
import type { Order } from './order.ts'

/** What a person has to do for the order's number to be live; nothing at all in the usual case. */
export function nextStepsOf(order: Order): string[] {
  const number = order.phone?.phone_number
  if (order.status === 'done') return []
  if (order.status === 'canceled')
    return ['The order was canceled: buy again if a number is still wanted']
  if (order.status === 'running')
    return [
      `Nothing to do: the number is being set up. GET /api/admin/orders shows order ${order.id}`,
    ]
  if (order.step === 'import') {
    return [
      'Go to ElevenLabs Dashboard > Phone Numbers',
      `Click "Import Phone Number" and enter ${number}`,
      'Assign it to the agent and copy its phone id',
      `POST /api/admin/phone-numbers/${number}/activate with {"elevenLabsPhoneId": "<the id>"}`,
    ]
  }
  const mayCancel = ['choose', 'buy'].includes(order.step) && !order.purchase_in_doubt
  return [
    `Repair the cause: ${OrderErrorInWords.parse(order.last_error)}`,
    `POST /api/admin/orders/${order.id}/retry`,
    ...(mayCancel ? [`or give up: POST /api/admin/orders/${order.id}/cancel`] : []),
  ]
}
