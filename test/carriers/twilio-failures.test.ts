import { describe, expect, test } from 'vitest'
import { CarrierError, type CarrierErrorKind } from '../../src/carriers/ports/carrier-error.ts'
import { failureOf } from '../../src/carriers/twilio/failure-kinds.ts'
import { failureWords, reasonOf } from '../../src/telephony/failure-kind.ts'

/** What only operators may read: who the carriers are, their codes, operations and consoles. */
const VENDOR = /twilio|elevenlabs|console|\[HTTP|\d{5}/i

describe('what a failure of a carrier is to us', () => {
  test.each([
    ['21422', 'number_taken'],
    ['21421', 'number_invalid'],
    ['21610', 'opted_out'],
    ['30034', 'unregistered'],
    ['30035', 'registration_pending'],
    ['39999', null],
    ['constructor', null],
    [null, null],
  ])('error %s of Twilio: is %s', (code, kind) => {
    expect(failureOf(code)).toBe(kind)
  })

  test.each(Object.entries(failureWords))('%s: is told in words of ours', (_, words) => {
    expect(words).toMatch(/^[A-Z].{20}/)
    expect(words).not.toMatch(VENDOR)
  })

  test.each<CarrierErrorKind>([
    'not_found',
    'rejected',
    'rate_limited',
    'unreachable',
    'bad_reply',
    'account',
  ])('an error that is %s and nothing more: is told in words of ours', (kind) => {
    for (const carrier of ['twilio', 'elevenlabs'] as const) {
      const error = new CarrierError(carrier, 'x.create', kind, 'no such SID', { code: '21999' })

      expect(error.words).toMatch(/^The .{20}/)
      expect(error.words).not.toMatch(VENDOR)
      expect(error.words).not.toContain('no such SID')
    }
  })

  test('a text without an error: has no reason; with one that is nothing to us: some reason', () => {
    expect(reasonOf({ errorCode: null, failure: null })).toBeNull()
    expect(reasonOf({ errorCode: '39999', failure: null })).toBe('unexplained')
  })
})
