import { describe, expect, test } from 'vitest'
import { FAILURE_REASONS, ReasonInWords } from '../../src/carriers/ports/failure-reason.ts'

describe('why a call or a text came to nothing', () => {
  test('is read in words, each as it was read and approved', () => {
    const words = FAILURE_REASONS.map((kind) => [kind, ReasonInWords.parse(kind)])

    expect(Object.fromEntries(words)).toMatchSnapshot()
  })

  test.each(FAILURE_REASONS)(
    'as %s, names no vendor, and is the same when it is read again',
    (kind) => {
      const words = ReasonInWords.parse(kind)

      expect(words).toMatch(/^\S+( \S+)+$/)
      expect(words).not.toMatch(/twilio|elevenlabs/i)
      expect(ReasonInWords.parse(words)).toBe(words)
    },
  )

  test.each(['The handset is off: try again later', 'toString', null])(
    'that a row keeps as %s, is none of the kinds and read as it is',
    (kept) => {
      expect(ReasonInWords.parse(kept)).toBe(kept)
    },
  )
})
