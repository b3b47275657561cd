import { z } from 'zod'
import { OrderErrorInWords } from '../../telephony/order-error.ts'
import type { Order } from '../orders/order.ts'

export const BatchPurchase = z.object({
  success: z.boolean().describe('a number was had, or is still to come'),
  batchId: z.guid(),
  phoneNumbers: z.array(z.string()).describe('bought'),
  count: z.int().describe('of phoneNumbers'),
  pending: z.int().describe('orders that go on by themselves'),
  nextStep: z.string(),
  importInstructions: z.array(z.string()).describe('empty when nothing is left to import'),
  failures: z.array(
    z.object({
      orderId: z.guid(),
      phoneNumber: z.string().nullable().describe('null: none was bought'),
      error: z.string(),
    }),
  ),
})

/** What the orders of a batch came to, number by number. */
export function presentBatch(batchId: string, orders: Order[]): z.input<typeof BatchPurchase> {
  const phoneNumbers = orders.flatMap((order) => boughtBy(order) ?? [])
  const pending = orders.filter(({ status }) => status === 'running').length
  const toImport = orders.filter(waitsForImport).flatMap((order) => boughtBy(order) ?? [])
  const failed = orders.filter(
    (order) =>
      order.status === 'canceled' || (order.status === 'needs_attention' && !waitsForImport(order)),
  )
  return {
    success: phoneNumbers.length > 0 || pending > 0,
    batchId,
    phoneNumbers,
    count: phoneNumbers.length,
    pending,
    nextStep: nextStepOf(toImport.length, pending, failed.length),
    importInstructions: toImport.length > 0 ? importInstructions(toImport) : [],
    failures: failed.map((order) => ({
      orderId: order.id,
      phoneNumber: boughtBy(order) ?? null,
      error: OrderErrorInWords.parse(order.last_error) ?? `The order is ${order.status}`,
    })),
  }
}

function boughtBy({ phone }: Order): string | undefined {
  return phone?.twilio_phone_sid ? phone.phone_number : undefined
}

function waitsForImport(order: Order): boolean {
  return order.status === 'needs_attention' && order.step === 'import'
}

function nextStepOf(toImport: number, pending: number, failed: number): string {
  if (toImport > 0)
    return 'Import these numbers to ElevenLabs dashboard, then call batch-activate endpoint'
  if (pending > 0)
    return 'Nothing to do: what is pending goes on by itself; GET /api/admin/phone-numbers/pool/status shows how far it is, and what cannot be bought is one of GET /api/admin/notifications'
  if (failed > 0) return 'Repair what failures says, then send the batch again for what is missing'
  return 'Nothing to do: the numbers wait in the pool, ready to be assigned'
}

function importInstructions(phoneNumbers: string[]): string[] {
  return [
    'Go to ElevenLabs Dashboard > Phone Numbers',
    'Click "Import Phone Number" > "From Twilio", once for each number',
    `Enter phone numbers: ${phoneNumbers.join(', ')}`,
    'Assign to agent',
    'Copy phone IDs and call /api/admin/phone-numbers/batch-activate',
  ]
}
