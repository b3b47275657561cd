import { describe, expect, test } from 'vitest'
import {
  LineStatus,
  lineStatusOf,
  PhoneNumberStatus,
  smsStatusOf,
} from '../../src/phone-numbers/phone-number.ts'

describe('lineStatusOf', () => {
  test.each([
    ['purchasing', 'pending'],
    ['purchased', 'pending'],
    ['imported', 'pending'],
    ['configured', 'pending'],
    ['assigned', 'active'],
    ['quarantined', 'inactive'],
    ['released', 'released'],
    ['failed', 'none'],
  ] as const)('given %s: tells the organization %s', (status, expected) => {
    const line = lineStatusOf(status)

    expect(line).toBe(expected)
  })

  test('given every status there is: has an answer', () => {
    const lines = PhoneNumberStatus.options.map(lineStatusOf)

    expect(lines.filter((line) => !LineStatus.options.includes(line))).toEqual([])
  })
})

describe('smsStatusOf', () => {
  test.each([
    ['US', { sms: true }, 'needs_registration', 'needs_registration'],
    ['US', { sms: true }, 'ready', 'ready'],
    ['CA', { sms: true }, 'needs_registration', 'ready'],
    ['CA', { sms: false, voice: true }, 'ready', 'unsupported'],
    ['US', {}, 'ready', 'unsupported'],
  ] as const)(
    'given a %s number with %j where US numbers are %s: is %s',
    (country, capabilities, usStatus, expected) => {
      const status = smsStatusOf(country, capabilities, usStatus)

      expect(status).toBe(expected)
    },
  )
})
