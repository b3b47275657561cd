import { describe, expect, test } from 'vitest'
import { PhoneNumberInput, PhoneNumberInUrl } from '../../src/http/schemas.ts'
import { repairPlus } from '../../src/telephony/notation.ts'

describe('repairPlus', () => {
  test.each([
    [' 16045550123', '+16045550123'],
    ['whatsapp: 16045550123', 'whatsapp:+16045550123'],
    ['+16045550123', '+16045550123'],
    [' (604) 555-0123', ' (604) 555-0123'],
    ['anonymous', 'anonymous'],
  ])('given %j, decoded: makes it %j', (decoded, expected) => {
    expect(repairPlus(decoded)).toBe(expected)
  })
})

describe('a number with a blank in front', () => {
  test('in JSON: stays in its country', () => {
    expect(PhoneNumberInput.parse(' 905 555 0123')).toBe('+19055550123')
  })

  test('in a path or a query, where a plus was: is abroad', () => {
    expect(PhoneNumberInUrl.parse(' 90 532 123 4567')).toBe('+905321234567')
  })
})

describe('an address on another channel', () => {
  test.each(['whatsapp:+16045550123', 'rcs:+16045550123'])(
    '%s: is refused with the number to send',
    (address) => {
      const { error } = PhoneNumberInput.safeParse(address)

      expect(error?.issues[0]?.message).toContain('send the number alone, +16045550123')
    },
  )
})
