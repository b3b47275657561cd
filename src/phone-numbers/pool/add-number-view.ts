import { z } from 'zod'
import { nextStepsOf } from '../orders/next-steps.ts'
import type { Order } from '../orders/order.ts'
import { errorForTenants } from '../orders/order-error.ts'
import { Purchase, presentPurchase } from '../orders/purchase-view.ts'
import { LineStatus, lineStatusOf, type PhoneNumber } from '../phone-number.ts'
import type { AnotherNumber } from './add-number.ts'

/** Another number of an organization, in the fields of a purchase. */
export const AddedNumber = Purchase.extend({
  orderId: z.guid().nullable().describe('null: the number came from the pool'),
  phoneNumberStatus: LineStatus,
  areaCode: z.string().nullable(),
})

/** `forOperator`: the next steps are those of an operator, who may do what the organization cannot. */
export function presentAnotherNumber(
  added: AnotherNumber,
  forOperator: boolean,
): z.input<typeof AddedNumber> {
  if (added.from === 'pool') {
    const view = { ...nothingYet, ...ofNumber(added.number) }
    return added.synced ? view : { ...view, phoneNumberStatus: 'pending', nextSteps: [ON_ITS_WAY] }
  }
  const { order, orderId } = added
  if (!order) return { ...nothingYet, orderId, nextSteps: [ON_ITS_WAY] }
  const bought = order.phone?.twilio_phone_sid ? order.phone : undefined
  return {
    ...nothingYet,
    ...(bought && ofNumber(bought)),
    ...presentPurchase(order),
    ...(forOperator
      ? { nextSteps: nextStepsOf(order) }
      : { nextSteps: stepsOf(order), phoneNumberError: errorForTenants(order) }),
  }
}

const ON_ITS_WAY = "Nothing to do: it is being set up; the organization's phone-numbers show it"

const nothingYet = {
  success: true as const,
  phoneNumber: null,
  twilioSid: null,
  requiresElevenLabsImport: false,
  nextSteps: [],
  orderId: null,
  phoneNumberError: null,
  phoneNumberStatus: 'pending' as const,
  areaCode: null,
}

function ofNumber(number: PhoneNumber) {
  return {
    phoneNumber: number.phone_number,
    twilioSid: number.twilio_phone_sid,
    phoneNumberStatus: lineStatusOf(number.status),
    areaCode: number.area_code,
  }
}

/** What the organization itself can do. */
function stepsOf(order: Order): string[] {
  switch (order.status) {
    case 'done':
      return []
    case 'running':
      return [ON_ITS_WAY]
    case 'needs_attention':
      return ['Nothing to do: an operator has been told and will finish it']
    case 'canceled':
      return ['The order was canceled: ask again if a number is still wanted']
  }
}
