import { describe, expect, test } from 'vitest'
import { findRetired } from '../house/words/find-retired.ts'
import { readRetired } from '../house/words/glossary.ts'

const settle = { word: 'settle', term: 'sync', isOfCode: false }
const told = { word: 'told', term: 'report', isOfCode: true }

describe('a retired word', () => {
  test.each([
    ['a.ts', 'const settleAt = 1'],
    ['a.ts', 'const mustSettle = 1'],
    ['a.ts', "const text = 'we settle it'"],
    ['a.ts', 'const SETTLE_MS = 1'],
    ['a.sql', 'select settle_due_at from t'],
    ['a.md', 'The loop will settle it.'],
    ['a.md', 'Settle it.'],
  ])('in %s, as in %j, is found with its place and the term', (file, text) => {
    expect(findRetired(file, `\n${text}`, [settle])).toEqual([
      `${file}:2: "settle" is retired; write "sync" (docs/glossary.md)`,
    ])
  })

  test.each([
    ['a.ts', 'const settlers = 1'],
    ['a.ts', 'await Promise.allSettled([])'],
  ])('in %s, is not part of another, as in %j', (file, text) => {
    expect(findRetired(file, text, [settle, { ...settle, word: 'settled' }])).toEqual([])
  })

  test.each([
    ['a.ts', 'const told = 1', 1],
    ['a.ts', 'const isTold = 1', 1],
    ['a.ts', ['const text = `$', '{told} him`'].join(''), 1],
    ['a.sql', 'with told as (select 1)', 1],
    ['a.ts', "const text = 'nobody told him'", 0],
    ['a.ts', ['const text = `nobody told $', '{him}`'].join(''), 0],
    ['a.ts', '// Nobody told him.', 0],
    ['a.sql', "select 'told' -- told", 0],
    ['a.md', 'Nobody told him.', 0],
  ])('of code alone, in %s, as in %j, is found %i times', (file, text, times) => {
    expect(findRetired(file, text, [told])).toHaveLength(times)
  })

  test('of the glossary, is read with its term and where it counts', () => {
    const retired = readRetired()

    expect(retired).toContainEqual({ word: 'wish', term: 'criteria', isOfCode: false })
    expect(retired).toContainEqual({ word: 'told', term: 'report', isOfCode: true })
    expect(new Set(retired.map(({ word }) => word)).size).toBe(retired.length)
  })
})
