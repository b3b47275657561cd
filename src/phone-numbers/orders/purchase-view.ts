import { z } from 'zod'
import { OrderErrorInWords } from '../../telephony/order-error.ts'
import { nextStepsOf } from './next-steps.ts'
import type { Order } from './order.ts'

/** What a person who asked for a number is told: the number, and what is left to do. */
export const Purchase = z.object({
  success: z.literal(true),
  phoneNumber: z.string().nullable(),
  twilioSid: z.string().nullable(),
  requiresElevenLabsImport: z.boolean(),
  nextSteps: z.array(z.string()),
  orderId: z.guid(),
  phoneNumberError: z.string().nullable(),
})

/** The fields of Purchase, as far as the order has come. */
export function presentPurchase(order: Order): z.input<typeof Purchase> {
  const bought = order.phone?.twilio_phone_sid ? order.phone : null
  return {
    success: true,
    phoneNumber: bought?.phone_number ?? null,
    twilioSid: bought?.twilio_phone_sid ?? null,
    requiresElevenLabsImport: requiresImport(order),
    nextSteps: nextStepsOf(order),
    orderId: order.id,
    phoneNumberError: OrderErrorInWords.parse(order.last_error),
  }
}

/** A person has to import the number before anything goes on. */
function requiresImport(order: Order): boolean {
  return order.status === 'needs_attention' && order.step === 'import'
}
