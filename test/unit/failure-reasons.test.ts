import { describe, expect, test } from 'vitest'
import {
  FAILURE_REASONS,
  ReasonInWords,
  reasonInWords,
} from '../../src/telephony/failure-reason.ts'

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

  test.each([
    ['opted_out_from: +16045550123', /by texting START to \+16045550123$/],
    ['no_answer_within: 360 ms', /^no answer within 360 ms$/],
  ])('that a row keeps as "%s", ends with that fact', (kept, words) => {
    expect(reasonInWords(kept)).toMatch(words)
  })

  test.each(['The handset is off: try again later', 'toString', null])(
    'that a row keeps as %s, is none of the kinds and read as it is',
    (kept) => {
      expect(ReasonInWords.parse(kept)).toBe(kept)
    },
  )
})
