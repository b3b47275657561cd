import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countSegments } from '../../src/telephony/sms-segments.ts'

describe('countSegments', () => {
  test.each([
    ['nothing', '', 1],
    ['160 plain characters', 'a'.repeat(160), 1],
    ['161 plain characters', 'a'.repeat(161), 2],
    ['306 plain characters', 'a'.repeat(306), 2],
    ['307 plain characters', 'a'.repeat(307), 3],
    ['80 euro signs, two septets each', '€'.repeat(80), 1],
    ['81 euro signs', '€'.repeat(81), 2],
    ['77 euro signs after a letter, none of them split', `${'€'.repeat(76)}a${'€'.repeat(77)}`, 3],
    ['letters of the GSM alphabet that are not ASCII', 'éØÄ¿Ω'.repeat(32), 1],
    ['70 characters of another alphabet', 'ж'.repeat(70), 1],
    ['71 characters of another alphabet', 'ж'.repeat(71), 2],
    ['159 letters and one typographic quote', `${'a'.repeat(159)}’`, 3],
    ['35 emoji', '😀'.repeat(35), 1],
    ['36 emoji', '😀'.repeat(36), 2],
    ['67 emoji, none of them split', '😀'.repeat(67), 3],
  ])('%s: counts as carriers bill it', (_name, text, expected) => {
    const segments = countSegments(text)

    expect(segments).toBe(expected)
  })

  test('any text with one character more: never takes fewer segments', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.string(), (text, more) => {
        expect(countSegments(text + more)).toBeGreaterThanOrEqual(countSegments(text))
      }),
    )
  })
})
