import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesIn, parseByteRange } from '../../src/recordings/byte-range.ts'

const inBytes = (header: string, length: number) => {
  const range = parseByteRange(header)
  return range && bytesIn(range, length)
}

describe('a range of bytes', () => {
  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=2-5', 2, 5],
    ['bytes=2-', 2, 9],
    ['bytes=9-99', 9, 9],
    ['bytes=-3', 7, 9],
    ['bytes=-99', 0, 9],
    [' bytes=0-4 ', 0, 4],
  ])('%j, of ten bytes, is from %i to %i', (header, first, last) => {
    expect(inBytes(header, 10)).toEqual({ first, last })
  })

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0', 'bytes=999999999999999-'])(
    '%j, of ten bytes, is none of them',
    (header) => {
      expect(parseByteRange(header)).toBeDefined()
      expect(inBytes(header, 10)).toBeUndefined()
    },
  )

  test.each([
    '',
    'bytes=',
    'bytes=-',
    'bytes=5-2',
    'bytes=0-1,3-4',
    'lines=0-1',
    'bytes=0x1-2',
    'bytes=1.5-2',
    'bytes=9999999999999999-',
  ])('%j, which is none, is passed over', (header) => {
    expect(parseByteRange(header)).toBeUndefined()
  })

  test('of any form and length, is none, or lies within what there is', () => {
    const number = fc.option(fc.nat(), { nil: '' })
    fc.assert(
      fc.property(number, number, fc.nat(), (first, last, length) => {
        const found = inBytes(`bytes=${first}-${last}`, length)
        if (found) {
          expect(found.first).toBeLessThanOrEqual(found.last)
          expect(found.last).toBeLessThan(length)
        }
      }),
    )
  })
})
