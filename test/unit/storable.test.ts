import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { toPostgresJson, toPostgresJsonText } from '../../src/database/json.ts'

/** Text with everything JavaScript allows: NUL, lone surrogates, emoji. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\0', '\uD800', '\uDC00', '\u{1F697}', '"', '\\', '\uFFFD'),
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  ),
})
const anyJson = fc.object({
  key: anyText,
  values: [anyText, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()],
  withNullPrototype: false,
})

describe('toPostgresJson', () => {
  test('given any text: keeps its length, without NUL and well-formed', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const stored = toPostgresJson(text)

        expect(stored).toHaveLength(text.length)
        expect(stored).not.toContain('\0')
        expect(stored.isWellFormed()).toBe(true)
      }),
    )
  })

  test('given any structure: leaves nothing in it that PostgreSQL refuses', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const written = JSON.stringify(toPostgresJson(value))

        expect(written).not.toContain('\\u0000')
        expect(written).not.toMatch(/\\ud[89a-f]/i)
      }),
    )
  })

  test('given data without such characters: answers the same, and copies', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const stored = toPostgresJson(value)

        expect(stored).toEqual(value)
        if (typeof value === 'object' && value !== null) expect(stored).not.toBe(value)
      }),
    )
  })

  test('given NUL and half an emoji: puts U+FFFD in the place of each, in keys too', () => {
    const value = { 'a\0': ['x\0y', { b: '\uD83D!' }], n: 1, none: null }

    const stored = toPostgresJson(value)

    expect(stored).toEqual({ 'a\uFFFD': ['x\uFFFDy', { b: '\uFFFD!' }], n: 1, none: null })
  })

  test('given a whole emoji and right-to-left text: leaves them alone', () => {
    const text = '🚗 مرحبا 👩‍👩‍👧'

    const stored = toPostgresJson(text)

    expect(stored).toBe(text)
  })

  test('given a key that means something to JavaScript: keeps it as data', () => {
    const value = JSON.parse('{"__proto__": {"admin": true}}') as object

    const stored = toPostgresJson(value)

    expect(JSON.stringify(stored)).toBe('{"__proto__":{"admin":true}}')
  })
})

describe('toPostgresJsonText', () => {
  test('given any structure: is the text of what toPostgresJson answers', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(toPostgresJsonText(value)).toBe(JSON.stringify(toPostgresJson(value)))
        expect(toPostgresJsonText(value)).not.toMatch(/\\u(?:0000|d[89a-f])/i)
      }),
    )
  })

  test('given a text that only looks like an escape: leaves it alone', () => {
    const value = { text: '\\u0000 and \\ud83d' }

    expect(JSON.parse(toPostgresJsonText(value))).toEqual(value)
  })
})

describe('toPostgresJson, with a real PostgreSQL', () => {
  const client = new Client({ connectionString: inject('postgresUrl') })
  beforeAll(() => client.connect())
  afterAll(() => client.end())

  test('given any texts: comes back as it was stored', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 20 }), async (texts) => {
        const stored = toPostgresJson(texts)

        const { rows } = await client.query('select $1::jsonb as value', [JSON.stringify(stored)])

        expect(rows[0].value).toEqual(stored)
      }),
    )
  })
})
