import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createScrubber, maskNumbers } from '../../src/platform/logger.ts'
import { memoryLog } from '../support/memory-log.ts'

describe('maskNumbers', () => {
  test.each([
    ['+16045550123', '+1604•••0123'],
    ['from +16045550123 to +442079460000.', 'from +1604•••0123 to +4420•••0000.'],
    ['?PhoneNumber=%2B16045550123&x=1', '?PhoneNumber=%2B1604•••0123&x=1'],
    ['?PhoneNumber=%2b16045550123', '?PhoneNumber=%2b1604•••0123'],
  ])('given %s: shows only the ends of each number', (text, expected) => {
    const masked = maskNumbers(text)

    expect(masked).toBe(expected)
  })

  test.each([
    '2026-01-31T10:00:00+00:00',
    '"time":1760000000000',
    '4+4=8',
    'PN0123456789abcdef0123456789abcdef',
  ])('given %s, which has no number: leaves it alone', (text) => {
    const masked = maskNumbers(text)

    expect(masked).toBe(text)
  })

  test('given any number of 9 to 15 digits: never shows all of it', () => {
    const digits = fc.stringMatching(/^[1-9]\d{8,14}$/)
    fc.assert(
      fc.property(digits, (number) => {
        const masked = maskNumbers(`to +${number}, please`)

        expect(masked).not.toContain(number)
        expect(masked).toContain('•••')
      }),
    )
  })
})

describe('createScrubber', () => {
  test('given a secret as it is, percent-encoded and inside JSON: replaces each', () => {
    const secret = 'pa"ss/w\\ord'
    const scrub = createScrubber([secret])

    const text = scrub(`${secret} ${encodeURIComponent(secret)} ${JSON.stringify(secret)}`)

    expect(text).toBe('[redacted] [redacted] "[redacted]"')
  })

  test('given a secret that occurs again and again: replaces every one', () => {
    const scrub = createScrubber(['secret-0123', 'other-secret-4567'])

    const text = scrub('secret-0123 other-secret-4567 secret-0123')

    expect(text).toBe('[redacted] [redacted] [redacted]')
  })

  test('given an API key, in a URL too where digits were masked before: replaces it', () => {
    const scrub = createScrubber([])
    const random = 'Ab_0-xyz'.repeat(5)

    const text = scrub(`Bearer ol_${random}abc /api-keys/ol_•••4567${random}?x=1`)

    expect(text).toBe('Bearer ol_[redacted] /api-keys/ol_[redacted]?x=1')
  })

  test('given an empty or very short secret: does not tear lines apart', () => {
    const scrub = createScrubber(['', 'a', 'info'])

    const text = scrub('an info line')

    expect(text).toBe('an info line')
  })
})

describe('createLogger', () => {
  test('given an error with causes: masks and redacts in every message and stack', () => {
    const { log, text, entries } = memoryLog(['secret-token-0123'])
    const deepest = new Error('basic secret-token-0123 for +16045550123')
    const error = new Error('outer', { cause: new Error('inner', { cause: deepest }) })

    log.error({ err: error }, 'request to +16045550199 failed')

    expect(text()).not.toContain('secret-token-0123')
    expect(text()).not.toContain('+16045550123')
    expect(entries()).toEqual([
      expect.objectContaining({
        msg: 'request to +1604•••0199 failed',
        err: expect.objectContaining({
          message: 'outer: inner: basic [redacted] for +1604•••0123',
        }),
      }),
    ])
  })

  test('given errors of an AggregateError: masks them too', () => {
    const { log, text } = memoryLog(['secret-token-0123'])

    log.error({ err: new AggregateError([new Error('secret-token-0123 +16045550123')], 'all') })

    expect(text()).toContain('[redacted]')
    expect(text()).not.toContain('6045550123')
  })

  test('given headers, tokens and bodies: keeps their names only', () => {
    const { log, entries } = memoryLog()

    log.info({
      req: { headers: { authorization: 'Bearer abc', cookie: 'session=abc', accept: '*/*' } },
      twilio: { authToken: 'abc', apiKey: 'abc', token: 'abc' },
      message: { body: 'Is the blue one still there?' },
    })

    expect(entries()).toEqual([
      expect.objectContaining({
        req: {
          headers: { authorization: '[redacted]', cookie: '[redacted]', accept: '*/*' },
        },
        twilio: { authToken: '[redacted]', apiKey: '[redacted]', token: '[redacted]' },
        message: { body: '[redacted]' },
      }),
    ])
  })

  test('given an error with fields of a request: keeps their names only', () => {
    const { log, entries } = memoryLog()
    const fields = { body: 'Is the blue one still there?', token: 'abc', status: 422 }

    log.error({ err: Object.assign(new Error('refused'), fields) })

    expect(entries()[0]).toMatchObject({
      err: { message: 'refused', status: 422, body: '[redacted]', token: '[redacted]' },
    })
  })

  test('given a child logger with fields of a request: keeps their names only', () => {
    const { log, entries } = memoryLog()

    log.child({ message: { body: 'Is the blue one still there?', sid: 'SM1' } }).info('received')

    expect(entries()[0]).toMatchObject({ message: { body: '[redacted]', sid: 'SM1' } })
  })

  test('given an object with such fields: leaves it as it was for everybody else', () => {
    const { log } = memoryLog()
    const message = { body: 'Is the blue one still there?' }

    log.info({ message })

    expect(message.body).toBe('Is the blue one still there?')
  })

  test('given a child logger: masks and redacts as its parent', () => {
    const { log, text } = memoryLog(['secret-token-0123'])

    log.child({ customer: '+16045550123' }).warn('secret-token-0123')

    expect(text()).toContain('+1604•••0123')
    expect(text()).not.toContain('secret-token-0123')
  })
})
