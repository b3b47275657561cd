import { describe, expect, test } from 'vitest'
import { errorForTenants, OrderProblem } from '../../src/phone-numbers/orders/order-error.ts'
import {
  ORDER_ERROR_KINDS,
  OrderErrorInWords,
  type OrderErrorKind,
} from '../../src/telephony/order-error.ts'

const read = (kept: string, status = 'running') => errorForTenants({ status, last_error: kept })

describe('what holds an order up', () => {
  test('is read in words, each as it was read and approved', () => {
    const words = ORDER_ERROR_KINDS.map((kind) => [kind, OrderErrorInWords.parse(kind)])

    expect(Object.fromEntries(words)).toMatchSnapshot()
  })

  test.each(ORDER_ERROR_KINDS)(
    'that rows keep as %s: is read by anybody, in the words that operators read',
    (kind) => {
      const words = OrderErrorInWords.parse(kind)

      expect(read(kind, 'canceled')).toBe(words)
      expect(words).not.toMatch(/twilio|elevenlabs/i)
    },
  )

  test.each<[OrderErrorKind, string]>([
    ['not_for_sale', 'area code 604'],
    ['not_for_sale', 'CA'],
  ])('that is thrown as %s with %s: ends with that fact, thrown, kept and read', (kind, fact) => {
    const problem = new OrderProblem(kind, fact)

    expect(problem.message).toMatch(new RegExp(`^There is .* for sale in ${fact}$`))
    expect(read(problem.kept)).toBe(problem.message)
  })

  test.each([
    'Twilio incomingPhoneNumbers.create: HTTP 400 (code 21999)',
    '+16045550123 is not in ElevenLabs yet',
    "Cannot read properties of undefined (reading 'sid')",
    // What a carrier says may begin as ours does.
    'There is no number with voice and SMS for sale in Twilio',
    'toString',
    'toString: refused',
  ])('of whatever else, "%s": is read by operators alone', (error) => {
    expect(OrderErrorInWords.parse(error)).toBe(error)
    expect(read(error)).toMatch(/^A carrier .* tried again by itself$/)
    expect(read(error, 'needs_attention')).toMatch(
      /^The number could not be set up, and the operators /,
    )
  })
})
