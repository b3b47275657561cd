import type { QueryResultRow } from 'pg'
import { describe, expect, test } from 'vitest'
import { callStatement, createSignatureCache } from '../../src/database/postgres/signatures.ts'

const required = (name: string, type = 'text') => ({ name, type, optional: false })
const optional = (name: string, type = 'text') => ({ name, type, optional: true })

describe('createSignatureCache', () => {
  test('many calls at once, of known functions, read the catalogue once', async () => {
    const catalogue = aCatalogue([{ name: 'f', args: [] }])
    const cache = createSignatureCache(catalogue.query)

    const found = await Promise.all(Array.from({ length: 10 }, () => cache.find('f', [])))

    expect(found.map((one) => one?.name)).toEqual(Array(10).fill('f'))
    expect(catalogue.reads).toBe(1)
  })

  test('a function, missing at first, is looked for once more', async () => {
    const catalogue = aCatalogue([], [{ name: 'new', args: [] }])
    const cache = createSignatureCache(catalogue.query)

    expect(await cache.find('new', [])).toMatchObject({ name: 'new' })
    expect(await cache.find('new', [])).toMatchObject({ name: 'new' })
    expect(catalogue.reads).toBe(2)
  })

  test('a reading, that failed, is made again by the next call', async () => {
    const catalogue = aCatalogue(new Error('gone'), [{ name: 'f', args: [] }])
    const cache = createSignatureCache(catalogue.query)

    await expect(cache.find('f', [])).rejects.toThrow('gone')

    expect(await cache.find('f', [])).toMatchObject({ name: 'f' })
  })

  test.each([
    ['the required ones', ['a'], true],
    ['all', ['b', 'a'], true],
    ['none', [], false],
    ['the optional one alone', ['b'], false],
    ['an unknown one more', ['a', 'z'], false],
  ])(
    'a function with a default, given %s, is found only if that is a call of it',
    async (_, given, found) => {
      const cache = createSignatureCache(
        aCatalogue([{ name: 'f', args: [required('a'), optional('b')] }]).query,
      )

      expect((await cache.find('f', given)) !== undefined).toBe(found)
    },
  )
})

describe('callStatement', () => {
  test('arguments, some of them given, are taken apart by their declared types', () => {
    const args = [required('p_ids', 'uuid[]'), optional('p_limit', 'integer'), optional('p_x')]

    const statement = callStatement({ name: 'list', args, given: ['p_limit', 'p_ids'] })

    expect(statement).toBe(
      'select to_json(public."list"("p_ids" => a."p_ids", "p_limit" => a."p_limit"))::text as result' +
        ' from json_to_record($1::json) as a("p_ids" uuid[], "p_limit" integer)',
    )
  })

  test('no arguments, given none, still uses the one parameter', () => {
    const statement = callStatement({ name: 'ping', args: [], given: [] })

    expect(statement).toContain('public."ping"()')
    expect(statement).toContain('$1')
  })
})

type Functions = { name: string; args: { name: string; type: string; optional: boolean }[] }[]

/** Answers one reading after the other; the last answer stays. */
function aCatalogue(...answers: (Functions | Error)[]) {
  const catalogue = {
    reads: 0,
    async query<Row extends QueryResultRow>(): Promise<Row[]> {
      const answer = answers[Math.min(catalogue.reads, answers.length - 1)]
      catalogue.reads += 1
      if (answer instanceof Error) throw answer
      return answer as unknown as Row[]
    },
  }
  return catalogue
}
