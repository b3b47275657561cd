import { describe, expect, test } from 'vitest'
import { isKnownReason, reasonOf } from '../../src/carriers/twilio/error-reasons.ts'

describe('reasonOf', () => {
  test.each(['21211', '21408', '21610', '21614', '30003', '30007', '30008', '30034'])(
    'error %s: says what it means and not only its number',
    (code) => {
      expect(isKnownReason(code)).toBe(true)
      expect(reasonOf(code)).toMatch(/^[A-Z][^0-9]{15}/)
    },
  )

  test('an error the table does not have: names it, with where it is explained', () => {
    expect(reasonOf('39999')).toBe(
      'Twilio reports error 39999: https://www.twilio.com/docs/api/errors/39999',
    )
  })

  test('no error: has no reason', () => {
    expect(reasonOf(null)).toBeNull()
    expect(isKnownReason(undefined)).toBe(false)
    expect(isKnownReason('constructor')).toBe(false)
  })
})
