import { describe, expect, test } from 'vitest'
import {
  ALL_TAKEN,
  errorForTenants,
  NOT_FOR_SALE,
  OrderError,
} from '../../src/phone-numbers/orders/order-error.ts'

const read = (kept: string, status = 'running') =>
  errorForTenants({ status, last_error: OrderError.parse(kept) })

describe('what holds an order up', () => {
  test.each([
    [
      'organization_suspended',
      'The organization is suspended, so nothing is bought until it is resumed',
    ],
    ['purchase_limit_reached', 'The daily limit of purchases is reached'],
    ['number_released', 'The number was released'],
    ['number_given_up', 'The number was given up before it was bought'],
    ['agent_deleted', 'The agent was deleted'],
  ])('that SQL keeps as %s: is read by anybody as "%s"', (kind, words) => {
    expect(OrderError.parse(kind)).toBe(words)
    expect(OrderError.parse(words)).toBe(words)
    expect(read(kind, 'canceled')).toBe(words)
  })

  test.each([`${NOT_FOR_SALE} area code 604`, ALL_TAKEN])(
    'that is nobody\'s fault, "%s": is read by anybody as it is',
    (words) => {
      expect(read(words)).toBe(words)
      expect(words).not.toMatch(/twilio|elevenlabs/i)
    },
  )

  test.each([
    'Twilio incomingPhoneNumbers.create: HTTP 400 (code 21999)',
    '+16045550123 is not in ElevenLabs yet',
    "Cannot read properties of undefined (reading 'sid')",
    'toString',
  ])('of whatever else, "%s": is read by operators alone', (error) => {
    expect(OrderError.parse(error)).toBe(error)
    expect(read(error)).toMatch(/^A carrier .* tried again by itself$/)
    expect(read(error, 'needs_attention')).toMatch(
      /^The number could not be set up, and the operators /,
    )
  })
})
