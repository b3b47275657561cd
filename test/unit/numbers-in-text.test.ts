import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskOthers } from '../../src/notifications/mask-customers.ts'
import { numbersInText } from '../../src/telephony/numbers-in-text.ts'

const OURS = new Set(['+16045550123', '+442079460123'])
const mask = (text: string) => maskOthers(text, OURS)
/** In the middle of words that a carrier or a person may write around it. */
const around = (number: string) =>
  `Twilio calls.create: 'To' ${number}, of 2026-11-29, is not valid.`

describe('a telephone number in a text', () => {
  test.each([
    ['+16045559876', '+1604•••9876'],
    ['+1 604-555-9876', '+1 604-•••-9876'],
    ['+1 (604) 555-9876', '+1 (604) •••-9876'],
    ['+1.604.555.9876', '+1.604.•••.9876'],
    ['+1-604-555-9876', '+1-604-•••-9876'],
    ['%2B1 604 555 9876', '%2B1 604 ••• 9876'],
    ['(604) 555-9876', '(604) 5•••876'],
    ['604-555-9876', '604-5•••876'],
    ['604.555.9876', '604.5•••876'],
    ['604 555 9876', '604 5•••876'],
    ['1-604-555-9876', '1-604-•••-9876'],
    ['16045559876', '1604•••9876'],
    ['+44 20 7946 0958', '+44 20 ••• 0958'],
    ['+44 (0)20 7946 0958', '+44 (0)2••• 0958'],
    ['020 7946 0958', '020 7••• 0958'],
    ['+33 6 12 34 56 78', '+33 6 1••• 56 78'],
    ['+49 30/901820', '+49 30/•••820'],
    ['+61 2 5550 1234', '+61 2 5••• 1234'],
    ['+81-3-1234-5678', '+81-3-1•••-5678'],
    ['+55 11 91234-5678', '+55 11 •••-5678'],
    ['+0445559876', '+0445•••876'],
    ['+999 12 34 56 78', '+999 1••• 56 78'],
    ['whatsapp:+16045559876', 'whatsapp:+1604•••9876'],
  ])('that is no number of ours, written %s: is masked', (written, masked) => {
    expect(mask(around(written))).toBe(around(masked))
    expect(mask(written)).toBe(masked)
  })

  test.each([
    '+16045550123',
    '+1 604-555-0123',
    '+1 (604) 555-0123',
    '(604) 555-0123',
    '604.555.0123',
    '1-604-555-0123',
    '16045550123',
    '+44 20 7946 0123',
    '+44 (0)20 7946 0123',
    '020 7946 0123',
  ])('that is one of ours, written %s: is left whole', (written) => {
    expect(mask(around(written))).toBe(around(written))
  })

  test.each([
    '+16045550123 2 times',
    '+16045550123 (2 texts)',
    '+16045550123, +442079460123 and 3 more',
    '+16045550123. 2026-11-29 was the last day',
    '+1 604-555-0123 15 times',
  ])('of ours, with other digits behind it, as in "%s": is left whole', (text) => {
    expect(mask(text)).toBe(text)
  })

  test.each([
    '2026-11-29T10:00:00Z',
    '2026-11-29 10:00:00.123456+00:00',
    'Sun, 29 Nov 2026 10:00:00 +0000 2026-11-29',
    '29.11.2026 10:00',
    '01.02.2026 10:00:00',
    '11/29/2026',
    '10:00:00 to 11:30:15',
    'HTTP 503, error 21211 (code 30034)',
    '$1,234.56 of $10,000.00',
    '1234567.89 or 1 234 567,89',
    '0.1234567890',
    '203.0.113.254:5432',
    '127.0.0.1:65535',
    'CA12345678901234567890123456789012',
    'phnum_01234567890123',
    'v1.234.5678',
    '/2010-04-01/Accounts/AC0123/Calls/CA0123.json',
    'POST https://line.example.com:8443/api/admin/orders/3/retry',
    '12 of 345 numbers, 6789 texts, 300 s',
  ])('is not what stands in "%s"', (text) => {
    expect(mask(text)).toBe(text)
  })

  test('is in no id or time, whichever', () => {
    const id = fc.uuid()
    const time = fc
      .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString())
    fc.assert(
      fc.property(fc.array(fc.oneof(id, time), { maxLength: 5 }), (each) => {
        const text = `of ${each.join(', ')} (${each.join(' ')})`
        expect(mask(text)).toBe(text)
      }),
    )
    expect(mask(randomUUID())).not.toContain('•')
  })

  test('is found where it stands, from the first to the last', () => {
    const text = 'From (604) 555-9876 to +44 20 7946 0958'

    const found = numbersInText(text, ['US'])

    expect(found.map(({ start, end, e164 }) => [text.slice(start, end), e164])).toEqual([
      ['(604) 555-9876', '+16045559876'],
      ['+44 20 7946 0958', '+442079460958'],
    ])
  })
})
