import { describe, expect, test } from 'vitest'
import type { Growth } from '../../bench/growth/measure.ts'
import { growthTable, unsoundGrowth } from '../../bench/growth/table.ts'

const at = (organizations: number, ms: number | null, rows: number | null): Growth => ({
  sizes: { organizations, hotTexts: 1, hotContacts: 1, pool: 1 },
  filledMs: 1,
  bytes: 1,
  timed: [{ name: 'list texts', ms, rows }],
})

describe('growth', () => {
  test('of the same work, measured at two sizes, gives a ratio', () => {
    const growth = [at(10, 2, 50), at(100, 3, 50)]

    expect(unsoundGrowth(growth)).toEqual([])
    expect(growthTable(growth, true)).toContain('| list texts | 2.00 | 3.00 | 1.50 |')
  })

  test.each<[string, Growth, string]>([
    ['took too long', at(100, null, null), 'list texts: took too long'],
    ['gave other rows', at(100, 3, 10), 'list texts: other work was done: 50, 10 rows'],
  ])('of what, at one of them, %s, says so and gives none', (_what, last, why) => {
    const growth = [at(10, 2, 50), last]

    expect(unsoundGrowth(growth)).toEqual([why])
    expect(growthTable(growth, false)).not.toContain('ratio')
  })
})
