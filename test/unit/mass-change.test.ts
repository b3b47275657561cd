import { describe, expect, test } from 'vitest'
import { isTooMany } from '../../src/reconcile/mass-change.ts'

describe('so many numbers changed in one way by one sweep', () => {
  test.each([
    [0, 0, false],
    [1, 1, false],
    [2, 2, false],
    [3, 3, true],
    [3, 11, true],
    [3, 12, false],
    [10, 40, false],
    [11, 40, true],
    [10, 1_000, false],
    [11, 1_000, true],
  ])('%i of %i, are left to a person: %s', (changed, all, expected) => {
    expect(isTooMany(changed, all)).toBe(expected)
  })
})
