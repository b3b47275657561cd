import { describe, expect, test } from 'vitest'
import { CustomerName, SpokenName } from '../../src/http/schemas.ts'

describe('a name', () => {
  test.each([
    ['a lone accent', '\u0301'],
    ['accents on nothing', ' \u0301\u0308 '],
    ['a vowel sign alone', '\u093e'],
    ['an enclosing mark alone', '\u20dd'],
    ['half a character', '\ud83d'],
    ['a place of nobody’s script', '\ue000'],
    ['a Hangul filler', '\u3164'],
    ['a Braille blank', '\u2800'],
  ])('with nothing but %s: has nothing to see', (_what, name) => {
    for (const kind of [SpokenName, CustomerName]) {
      expect(kind.safeParse(name).error?.issues).toMatchObject([
        { params: { problem: 'name_unfit' } },
      ])
    }
  })

  test.each([
    ['a line separator', 'Ada\u2028Lovelace'],
    ['a paragraph separator', 'Ada\u2029Lovelace'],
    ['a line feed', 'Ada\nLovelace'],
    ['NEL', 'Ada\u0085Lovelace'],
  ])('that is spoken, with %s: is not on one line', (_what, name) => {
    const { error } = SpokenName.safeParse(name)

    expect(error?.issues.map(({ message }) => message)).toEqual([
      'must be on one line, without control characters',
    ])
  })

  test.each(['é', 'José', 'Zoë & fils', 'नमस्ते', 'กำ', '自動車', '🚗', '.', '7'])(
    '%s: can be seen, and is taken',
    (name) => {
      expect(SpokenName.parse(name)).toBe(name)
      expect(CustomerName.parse(name)).toBe(name)
    },
  )
})
