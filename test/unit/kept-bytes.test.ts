import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createKeptBytes } from '../../src/http/input/kept-bytes.ts'

const LIMIT = 500_000
const STEP = 64 * 1_024

describe('what is kept of a body', () => {
  const parts = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 30 })

  test('in whatever parts it comes, is what came, in little more memory than that, up to the limit', () => {
    fc.assert(
      fc.property(parts, (lengths) => {
        const kept = createKeptBytes(LIMIT)
        let came = Buffer.alloc(0)
        for (const [index, length] of lengths.entries()) {
          const part = Buffer.alloc(length, index + 1)
          if (came.length + length > LIMIT) {
            expect(kept.add(part)).toBe(false)
            break
          }
          expect(kept.add(part)).toBe(true)
          came = Buffer.concat([came, part])
          expect(kept.capacity).toBeLessThanOrEqual(Math.min(came.length + STEP, LIMIT))
        }
        expect(kept.bytes().equals(came)).toBe(true)
      }),
    )
  })
})
