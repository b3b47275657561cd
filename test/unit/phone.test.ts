import { describe, expect, test } from 'vitest'
import { customerNumber, senderAddress, toE164 } from '../../src/telephony/phone.ts'

describe('toE164', () => {
  test.each([
    '+16045550123',
    '16045550123',
    '6045550123',
    '604-555-0123',
    '604.555.0123',
    '604 555 0123',
    '(604) 555-0123',
    '1 (604) 555-0123',
    '+1 (604) 555\u20110123',
    '+1-604-555-0123',
    '６０４５５５０１２３',
  ])('given the North American notation %j: answers +16045550123', (input) => {
    const number = toE164(input)

    expect(number).toBe('+16045550123')
  })

  test.each([
    ['+44 20 7946 0000', '+442079460000'],
    ['011 44 20 7946 0000', '+442079460000'],
    ['+49 (0)30 901820', '+4930901820'],
  ])('given the foreign number %j: answers %s', (input, expected) => {
    const number = toE164(input)

    expect(number).toBe(expected)
  })

  test.each([
    ' 604 555 0123 ',
    ' +1 604 555 0123',
    '\u202A+16045550123\u202C',
    '\u200E+1 604\u2011555\u20110123',
    '\uFEFF+16045550123',
    '+1604\u200D555\u200C0123',
    '+16045550123\uFE0F',
    '+1604\u00AD5550123',
    '+16045550123\r\n',
    '+1604555\n0123',
    'tel:+1-604-555-0123',
    'TEL: +16045550123',
  ])('given %j, with what counts for nothing: reads it as written', (input) => {
    const number = toE164(input)

    expect(number).toBe('+16045550123')
  })

  test('given a blank before a number without its country: does not move it abroad', () => {
    expect(toE164(' 905 555 0123')).toBe('+19055550123')
    expect(toE164(' 442079460000')).toBeUndefined()
  })

  test.each([
    ['too short', '604555012'],
    ['too short with a country', '+1604555012'],
    ['too long', '+160455501234'],
    ['of no country', '+999123456789'],
    ['a service number', '911'],
    ['a short code', '12345'],
    ['a country code', '+1'],
  ])('given a number that cannot exist, %s: answers undefined', (_, input) => {
    const number = toE164(input)

    expect(number).toBeUndefined()
  })

  test.each(['+16045550123 ext 5', '+16045550123x5', '+16045550123;ext=5'])(
    'given the extension %j: answers undefined, since no carrier dials it',
    (input) => {
      const number = toE164(input)

      expect(number).toBeUndefined()
    },
  )

  test.each([
    ['a word', '1-800-FLOWERS'],
    ['a letter for a digit', '+1604555O123'],
    ['a sentence around it', 'call 604-555-0123 now'],
    ['an address', 'sip:+16045550123@example.com'],
    ['nothing', ''],
    ['blanks', '   '],
    ['a plus', '+'],
    ['an endless text', '6'.repeat(10_000)],
  ])('given %s: answers undefined', (_, input) => {
    const number = toE164(input)

    expect(number).toBeUndefined()
  })
})

describe('customerNumber', () => {
  test.each([
    '+16045550123',
    '16045550123',
    '6045550123',
    '+1 604 555 0123',
    'tel:+16045550123',
    'whatsapp:+16045550123',
    'rcs:+16045550123',
    'WhatsApp: +16045550123',
  ])('given the caller id %j: answers the one number', (callerId) => {
    const number = customerNumber(callerId)

    expect(number).toBe('+16045550123')
  })

  test.each([
    ['of one digit', '+11111111111'],
    ['under an area code that does not exist', '+19999999999'],
    ['under another one', '+15557654321'],
    ['under a service code', '+19115550123'],
    ['with a service code as its exchange', '+16049111234'],
    ['with another of them', '+12123110000'],
    ['with an exchange nobody has', '+16041234567'],
    ['outside of the British plan', '+440000000000'],
    ['outside of the German plan', '+49000000000'],
    ['of no country', '+999123456789'],
  ])('given a number %s (%s): answers null', (_, callerId) => {
    const number = customerNumber(callerId)

    expect(number).toBeNull()
  })

  test('given a toll-free number, whose exchange may look like a service code: answers it', () => {
    expect(customerNumber('+18004117246')).toBe('+18004117246')
  })

  test.each(['235', '457', '924'])(
    'given the area code %s, younger than the metadata: answers the number',
    (code) => {
      expect(customerNumber(`+1${code}5550123`)).toBe(`+1${code}5550123`)
    },
  )

  test.each([
    ['ANONYMOUS', '+266696687'],
    ['RESTRICTED', '+7378742833'],
    ['BLOCKED', '+2562533'],
    ['UNKNOWN', '+8566696687'],
    ['UNAVAILABLE', '+86282452253'],
    ['RESTRICTED without its plus, as a Texan has it', '7378742833'],
    ['UNKNOWN without its plus', '8566696687'],
  ])('given %s as it is spelled on a keypad: answers null', (_, callerId) => {
    const number = customerNumber(callerId)

    expect(number).toBeNull()
  })

  test.each([
    'anonymous',
    'Restricted',
    'unknown',
    'ACME',
    '12345',
    '+12345',
    'messenger:16045550123',
    'client:bob',
    'sip:+16045550123@example.com',
    '+',
    '',
  ])('given the sender %j, behind which no number is: answers null', (callerId) => {
    const number = customerNumber(callerId)

    expect(number).toBeNull()
  })
})

describe('senderAddress', () => {
  test.each([
    ['+16045550123', '+16045550123'],
    ['16045550123', '+16045550123'],
    ['WhatsApp:+1 604 555 0123', 'whatsapp:+16045550123'],
    ['12345', '12345'],
    ['+19999999999', '+19999999999'],
    ['anonymous', 'anonymous'],
  ])('given %j: keeps %s', (address, expected) => {
    expect(senderAddress(address)).toBe(expected)
  })
})
