import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sameSecret } from '../../src/platform/secrets.ts'

const secret = fc.string({ unit: 'binary' })

describe('sameSecret', () => {
  test('given a secret and itself: is true', () => {
    fc.assert(
      fc.property(secret, (text) => {
        const same = sameSecret(text, `${text}`)

        expect(same).toBe(true)
      }),
    )
  })

  test('given any other secret: is false', () => {
    fc.assert(
      fc.property(secret, secret, (given, expected) => {
        fc.pre(given !== expected)

        const same = sameSecret(given, expected)

        expect(same).toBe(false)
      }),
    )
  })

  test.each([
    ['nothing', ''],
    ['its beginning', 'secret-012345678'],
    ['more than it', 'secret-01234567899'],
    ['another case', 'SECRET-0123456789'],
    ['a space before it', ' secret-0123456789'],
  ])('given %s: is false', (_, given) => {
    const same = sameSecret(given, 'secret-0123456789')

    expect(same).toBe(false)
  })
})
