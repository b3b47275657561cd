import { describe, expect, test } from 'vitest'
import { readFiles, type SourceFile } from './typescript/imports.ts'

/** Twilio's errors have five digits and begin so. Source: Twilio error dictionary. */
const CODE = /(?<![\w.])(?:1[0-6]|2[01]|3[0-4]|5[0-9]|6[0-4]|9[0-2])\d{3}(?![\w.])/

/** A code as code has it: in quotes, or beside a word that makes it one. A comment may name its source. */
const QUOTED = new RegExp(`(['"\`])${CODE.source}\\1|\\b[cC]ode\\b[^\\n]{0,20}?${CODE.source}`)

const findCodes = (files: SourceFile[]) =>
  files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const code = line.replace(/(^|\s)(\/\/|--|\/?\*).*$/, '')
      return QUOTED.test(code) ? [`${path}:${index + 1}: ${line.trim()}`] : []
    }),
  )

describe("a vendor's error code", () => {
  test('in what runs, outside the adapters: is none, because they tell of it as a kind', () => {
    const files = [...readFiles('src/**/*.ts'), ...readFiles('migrations/functions/**/*.sql')]
    // PostgreSQL's own codes have five digits too.
    const others = /^src\/(carriers\/(twilio|elevenlabs)|database)\//
    const domain = files.filter(({ path }) => !others.test(path))

    expect(domain.length).toBeGreaterThan(300)
    expect(findCodes(domain)).toEqual([])
  })

  test.each([
    "if (error.code === '21610') return",
    'const TAKEN = "21422"',
    "  if p_error_code = '21610' then",
    "  elsif p_error_code in ('30034', '30035') then",
    'if (error.code === 20404) return',
  ])('as in `%s`: is found', (text) => {
    expect(findCodes([{ path: 'a.ts', text }])).toHaveLength(1)
  })

  test.each([
    'RATE_MEDIA: count(25_000),',
    'limit 10000 for update',
    '/** Source: Twilio, error 11750. */',
    '-- Twilio, error 20009: 14 days',
  ])('in `%s`: is none', (text) => {
    expect(findCodes([{ path: 'a.ts', text }])).toEqual([])
  })
})
