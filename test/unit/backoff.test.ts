import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backoffMs } from '../../src/platform/backoff.ts'

const base = fc.integer({ min: 1, max: 60_000 })
const max = fc.integer({ min: 1, max: 86_400_000 })

describe('backoffMs', () => {
  test('given any attempt: is a whole number from half to all of the doubled base', () => {
    fc.assert(
      fc.property(fc.nat(2_000), base, max, (attempt, baseMs, maxMs) => {
        const wait = backoffMs(attempt, baseMs, maxMs)

        const full = Math.min(maxMs, baseMs * 2 ** attempt)
        expect(Number.isInteger(wait)).toBe(true)
        expect(wait).toBeGreaterThanOrEqual(Math.floor(full / 2))
        expect(wait).toBeLessThanOrEqual(full)
      }),
    )
  })

  test.each([
    [0, 500, 1_000],
    [1, 1_000, 2_000],
    [5, 16_000, 32_000],
    [12, 150_000, 300_000],
  ])('given failure %i of a base of 1 s: waits from %i to %i ms', (attempt, least, most) => {
    const waits = Array.from({ length: 200 }, () => backoffMs(attempt, 1_000, 300_000))

    expect(Math.min(...waits)).toBeGreaterThanOrEqual(least)
    expect(Math.max(...waits)).toBeLessThanOrEqual(most)
  })

  test('given many that failed together: does not repeat them together', () => {
    const waits = Array.from({ length: 200 }, () => backoffMs(5, 1_000, 300_000))

    expect(new Set(waits).size).toBeGreaterThan(20)
  })
})
