import { describe, expect, test } from 'vitest'
import {
  CustomerNumberInput,
  DestinationInput,
  PhoneNumberInput,
  PhoneNumberInUrl,
} from '../../src/http/schemas.ts'
import { repairPlus } from '../../src/telephony/notation.ts'
import { customerNumber } from '../../src/telephony/phone.ts'

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

describe('a link to a number', () => {
  test.each([
    'tel:+16045550123',
    'tel://+16045550123',
    'TEL: +1 604 555 0123',
    'sms:+16045550123',
    'sms://+1-604-555-0123',
    'sms:+16045550123?body=Hello',
    'sms:+16045550123?&body=To%20+1604555',
    'SMSTO:+16045550123',
    'callto:+16045550123',
    'callto://6045550123',
    '\u202asms:+16045550123\u202c',
  ])('%j: is that number, wherever it is written', (link) => {
    expect(PhoneNumberInput.parse(link)).toBe('+16045550123')
    expect(DestinationInput.parse(link)).toBe('+16045550123')
    expect(CustomerNumberInput.parse(link)).toBe('+16045550123')
    expect(customerNumber(link)).toBe('+16045550123')
  })

  test.each(['tel: 16045550123', 'tel:// 16045550123', 'sms: 16045550123'])(
    '%j, in a path or a query where a plus was: is that number',
    (link) => {
      expect(PhoneNumberInUrl.parse(link)).toBe('+16045550123')
    },
  )

  test.each(['mailto:+16045550123', 'sip:+16045550123@example.com', 'sms:', 'tel://'])(
    '%j: is none',
    (link) => {
      expect(PhoneNumberInput.safeParse(link).success).toBe(false)
    },
  )
})

describe('an emergency number', () => {
  test.each(['911', '112', 'tel:911', 'sms:911'])(
    '%s: is refused in words that fit a call and a text',
    (number) => {
      const { error } = DestinationInput.safeParse(number)

      expect(error?.issues).toMatchObject([{ params: { problem: 'destination_emergency' } }])
      expect(error?.issues[0]?.message).toContain('neither calls nor texts')
    },
  )
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
