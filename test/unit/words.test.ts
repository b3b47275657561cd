import { describe, expect, test } from 'vitest'
import { isSearched } from '../house/words/files.ts'
import { findInName, findRetired } from '../house/words/find-retired.ts'
import { readRetired } from '../house/words/glossary.ts'

const settle = { word: 'settle', term: 'sync', isOfCode: false }
const told = { word: 'told', term: 'report', isOfCode: true }
const look = { word: 'look', term: 'poll', isOfCode: true }
const byHand = { word: 'by hand', term: 'manual', isOfCode: false }
const giveBack = { word: 'give … number back', term: 'release', isOfCode: false }

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
    ['by hand', 'Import it by-hand.'],
    ['by hand', '// done by\n// hand'],
    ['by hand', '/**\n * done by\n * hand\n */'],
    ['by hand', '-- done by\n-- hand'],
    ['gives back', 'It gives back what it has.'],
    ['give … number back', 'It gives the number back.'],
    ['give … number back', 'It gives a quarantined number back.'],
  ])('of two, "%s", as in %j, is found', (word, text) => {
    expect(findRetired('a.ts', text, [{ ...settle, word }])).toHaveLength(1)
  })

  test('of two, that are apart for something else, is none', () => {
    const texts = [
      'It gives the lease back.',
      'Standby hands over.',
      'Numbers are given; back then',
    ]

    const retired = ['give back', 'give … number back', 'by hand'].map((word) => ({
      ...settle,
      word,
    }))

    for (const text of texts) expect(findRetired('a.md', text, retired)).toEqual([])
  })

  test.each([
    ['a.ts', 'const settlers = 1'],
    ['a.ts', 'await Promise.allSettled([])'],
  ])('in %s, is not part of another, as in %j', (file, text) => {
    expect(findRetired(file, text, [settle, { ...settle, word: 'settled' }])).toEqual([])
  })

  test.each([
    [settle, 'a.md', 'settles, settled, unsettled: settling'],
    [{ ...settle, word: 'obtain' }, 'a.ts', 'const obtained = await obtaining()'],
    [look, 'a.ts', 'const lookedAt = 1'],
    [look, 'a.sql', 'declare v_looked_at integer;'],
    [byHand, 'a.md', 'a by-hand import'],
    [byHand, 'a.md', 'imported by\nhand'],
    [byHand, 'a.ts', '// imported by\n  // hand'],
    [byHand, 'a.sql', '-- imported by\n-- hand'],
    [giveBack, 'a.md', 'Gives the number back'],
    [giveBack, 'a.md', 'giving all its numbers back'],
    [told, 'a.sql', "select jsonb_build_object('told', v_at)"],
    [told, 'a.sql', "select p_facts ->> 'told'"],
    [told, 'a.html', '<script>const told = 1</script>'],
  ])('%o, in another form, in %s, as in %j, is found', (word, file, text) => {
    expect(findRetired(file, text, [word])).not.toEqual([])
  })

  test.each([
    [look, 'a.ts', 'const lookedUp = lookUps + looksLikeOne'],
    [giveBack, 'a.md', 'gives its turn back'],
    [giveBack, 'a.md', 'Gives the number of calls that come back'],
    [told, 'a.sql', "values ('nobody told')"],
  ])('%o, where another thing is meant, in %s, as in %j, is not found', (word, file, text) => {
    expect(findRetired(file, text, [word])).toEqual([])
  })

  test.each([
    ['src/settle-number.ts', 1],
    ['test/flows/settling.test.ts', 1],
    ['src/settlers.ts', 0],
  ])('in the name of the file %s, is found %i times', (file, times) => {
    expect(findInName(file, [settle])).toHaveLength(times)
  })

  test.each([
    ['src/a.ts', true],
    ['test/unit/__snapshots__/a.test.ts.snap', true],
    ['.github/workflows/ci.yml', true],
    ['.ci/run', true],
    ['migrations/functions/a.sql', true],
    ['migrations/0055_what_comes_next.sql', true],
    ['migrations/0001_first.sql', false],
    ['docs/glossary.md', false],
    ['CHANGELOG.md', false],
    ['sandbox/console.png', false],
  ])('is searched for in the file %s: %s', (file, isIt) => {
    expect(isSearched(file)).toBe(isIt)
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
