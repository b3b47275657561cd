import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createDatabase } from '../../src/database/db.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { type UntypedDatabase, untyped } from '../support/stand-in.ts'

const types = {
  texts: 'text[]',
  uuids: 'uuid[]',
  integers: 'integer[]',
  text: 'text',
  integer: 'integer',
  bigint: 'bigint',
  numeric: 'numeric',
  float: 'double precision',
  boolean: 'boolean',
  time: 'timestamptz',
  json: 'jsonb',
} as const
type Type = keyof typeof types

const Echo = z.object({ json: z.unknown(), text: z.string().nullable() })

describe('a function, called through the stand-in', () => {
  let db: UntypedDatabase
  let drop: () => Promise<void>
  beforeAll(async () => {
    const database = await cloneDatabase()
    drop = database.drop
    const echo = ([name, type]: [string, string]) => `
      create function public.echo_${name}(p_value ${type}) returns jsonb language sql set timezone = 'UTC' as $$
        select jsonb_build_object('json', to_jsonb(p_value), 'text', p_value::text) $$;
      grant execute on function public.echo_${name} to service_role;`
    await sql(database.url, Object.entries(types).map(echo).join(''))
    const { url } = database
    db = untyped(
      createDatabase({ kind: 'postgres', url, timeoutMs: 5_000, poolSize: 4, onError: () => {} }),
    )
  })
  afterAll(async () => {
    await db.close()
    await drop()
  })

  const echo = (type: Type, value: unknown) => db.rpc(`echo_${type}`, { value }, Echo)

  const uuid = '0b6e7f0c-53b1-4a0c-9d51-6d1d3c8f7a10'
  const sameValues: [Type, string, unknown][] = [
    ['texts', 'with awkward elements', ['a', 'b "c"', 'd,e', '{f}', 'null', '', ' ', '\\', "'"]],
    ['texts', 'empty', []],
    ['texts', 'with a null element', ['a', null]],
    ['uuids', 'of two', [uuid, uuid.replace('0b', '1b')]],
    ['integers', 'with negatives', [1, -2, 2_147_483_647]],
    ['text', 'empty', ''],
    ['text', 'looking like JSON', '{"a": 1}'],
    ['text', 'looking like an array', '{a,b}'],
    ['text', 'with quotes, backslashes and newlines', 'a\'b"c\\d\ne\tf\r\u2028'],
    ['text', 'with emoji', '👩‍👩‍👧 🚗 😀'],
    ['text', 'from right to left', 'שלום \u202eمرحبا'],
    ['integer', 'at its edge', -2_147_483_648],
    ['bigint', 'beyond 32 bits', 9_007_199_254_740_991],
    ['numeric', 'with a fraction', 0.1],
    ['float', 'very small', 1e-300],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['json', 'an object', { a: [1, { b: null }], 'c d': 'e' }],
    ['json', 'an array', [1, 'two', null, [3]]],
    ['json', 'a string', 'just text'],
    ['json', 'a string looking like a number', '42'],
    ['json', 'a string looking like an object', '{"a": 1}'],
    ['json', 'a number', 1.5],
    ['json', 'a boolean', false],
  ]

  test.each(sameValues)('%s, %s, arrives as it was sent', async (type, _, value) => {
    const { json } = await echo(type, value)

    expect(json).toEqual(value)
  })

  test.each(Object.keys(types) as Type[])('%s, null, arrives as the SQL null', async (type) => {
    expect(await echo(type, null)).toEqual({ json: null, text: null })
  })

  test('bigint, too large for a JavaScript number, arrives exactly from its digits', async () => {
    const { text } = await echo('bigint', '9223372036854775807')

    expect(text).toBe('9223372036854775807')
  })

  test('numeric, of many digits, arrives exactly from its digits', async () => {
    const { text } = await echo('numeric', '12345678901234567890.1234567890123456789')

    expect(text).toBe('12345678901234567890.1234567890123456789')
  })

  test.each([
    ['in UTC', '2024-02-29T23:59:59.123456Z', '2024-02-29 23:59:59.123456+00'],
    ['with an offset', '2024-03-01T05:29:59.5+05:30', '2024-02-29 23:59:59.5+00'],
    ['as a Date', new Date(Date.UTC(2024, 1, 29, 23, 59, 59, 123)), '2024-02-29 23:59:59.123+00'],
  ])('a time, %s, arrives as the same moment', async (_, value, expected) => {
    const { text } = await echo('time', value)

    expect(text).toBe(expected)
  })

  const unstorable: [Type, string, unknown, unknown][] = [
    ['text', 'with a NUL', 'a\0b', 'a\uFFFDb'],
    ['text', 'with a lone high surrogate', 'a\uD83D', 'a\uFFFD'],
    ['text', 'with a lone low surrogate', '\uDE00b', '\uFFFDb'],
    ['text', 'with surrogates the wrong way round', '\uDE00\uD83D', '\uFFFD\uFFFD'],
    ['texts', 'with a NUL in an element', ['a\0', 'b'], ['a\uFFFD', 'b']],
    ['json', 'a string with a NUL', '\0', '\uFFFD'],
    ['json', 'with them deep inside', { a: [{ b: 'c\0\uD83D' }] }, { a: [{ b: 'c\uFFFD\uFFFD' }] }],
    ['json', 'with them in a key', { 'a\0': 1 }, { 'a\uFFFD': 1 }],
  ]

  test.each(unstorable)(
    '%s, %s, arrives with U+FFFD in its place',
    async (type, _, value, stored) => {
      const { json } = await echo(type, value)

      expect(json).toEqual(stored)
    },
  )
})
