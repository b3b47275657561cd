import { describe, expect, test } from 'vitest'
import { customerNumber, toE164 } from '../../src/telephony/phone.ts'

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
    [' 16045550123', '+16045550123'],
    [' 442079460000', '+442079460000'],
  ])('given %j, whose plus became a space on the way: reads it as a plus', (input, expected) => {
    const number = toE164(input)

    expect(number).toBe(expected)
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
  test('given a caller id in E.164: answers it', () => {
    const number = customerNumber('+16045550123')

    expect(number).toBe('+16045550123')
  })

  test.each([
    ['ANONYMOUS', '+266696687'],
    ['RESTRICTED', '+7378742833'],
    ['BLOCKED', '+2562533'],
    ['UNKNOWN', '+8566696687'],
    ['UNAVAILABLE', '+86282452253'],
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
    '6045550123',
    '+1 604 555 0123',
    'whatsapp:+16045550123',
    'client:bob',
    'sip:+16045550123@example.com',
    '+',
    '',
  ])('given the sender %j, behind which no number is: answers null', (callerId) => {
    const number = customerNumber(callerId)

    expect(number).toBeNull()
  })
})
