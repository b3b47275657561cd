import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cursorOf, isBehind, placeOf } from '../../src/events/streams/place.ts'

const LIFE = '7512345678901234567-00000001'

const places = fc.record({
  life: fc.constant(LIFE),
  xid: fc.bigInt({ min: 0n, max: 9_999_999_999_999_999_999n }).map(String),
  position: fc.nat(999_999_999_999_999),
})

describe('a cursor of a stream', () => {
  test('made of any place, is one line that leads back to it, and fits into a header and an address', () => {
    fc.assert(
      fc.property(places, (place) => {
        const cursor = cursorOf(place)

        expect(cursor).toMatch(/^[\w-]{1,100}$/)
        expect(placeOf(cursor)).toEqual(place)
      }),
    )
  })

  test('that anybody has made up, is a place that PostgreSQL can hold, or none', () => {
    const made = fc.oneof(
      fc.string(),
      fc.string().map((text) => Buffer.from(text).toString('base64url')),
      fc
        .stringMatching(/^[0-9]{1,25}-[0-9A-F]{8}\.[0-9]{1,25}\.[0-9]{1,25}$/)
        .map((text) => Buffer.from(text).toString('base64url')),
    )
    fc.assert(
      fc.property(made, (cursor) => {
        const place = placeOf(cursor)
        if (!place) return

        expect(BigInt(place.xid)).toBeLessThan(2n ** 64n)
        expect(Number.isSafeInteger(place.position)).toBe(true)
      }),
    )
  })

  test.each([
    ['1', 5, '2', 1],
    ['9', 5, '10', 1],
    ['9007199254740993', 1, '9007199254740994', 0],
    ['7', 9, '7', 10],
  ])('at %s.%i, compared with %s.%i, is before it', (xid, position, other, otherPosition) => {
    const one = { life: LIFE, xid, position }
    const two = { life: LIFE, xid: other, position: otherPosition }

    expect([isBehind(one, two), isBehind(two, one), isBehind(one, one)]).toEqual([
      false,
      true,
      false,
    ])
  })
})
