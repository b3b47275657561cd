import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../support/migrations.ts'
import { readDocument } from './documents/read-documents.ts'

const scale = readDocument('docs/scale.md')

/** What is said of each table and function where several databases are meant. */
const several = scale.slice(scale.indexOf('## Several databases'))

const functions = readdirSync(new URL('functions/', MIGRATIONS), {
  recursive: true,
  encoding: 'utf8',
})
  .filter((file) => file.endsWith('.sql'))
  .flatMap((file) => [
    ...readFileSync(new URL(`functions/${file}`, MIGRATIONS), 'utf8').matchAll(
      /^create function public\.(\w+)\s*\(([^)]*)\)/gm,
    ),
  ])
  .map(([, name = '', parameters = '']) => ({
    name,
    ofOne: /\bp_organization_id\b/.test(parameters),
  }))

const counted = (words: string) => Number(new RegExp(`(\\d+) ${words}`).exec(several)?.[1])

describe('docs/scale.md', () => {
  test('its word on tables, compared with the schema, leaves none out', () => {
    const schema = readFileSync(new URL('schema.sql', MIGRATIONS), 'utf8')
    const tables = [...schema.matchAll(/^create table orgline\.(\w+)/gm)].map(([, name]) => name)

    expect(tables.length).toBeGreaterThan(30)
    expect(tables.filter((table) => !several.includes(`\`${table}\``))).toEqual([])
  })

  test('its counts of functions, compared with the SQL, are right', () => {
    const ofOne = functions.filter((each) => each.ofOne).length
    const [apart, across] = [
      counted('functions take `p_organization_id` and touch only'),
      counted('functions take `p_organization_id`, and also'),
    ]

    expect(counted('public functions')).toBe(functions.length)
    expect(apart + across).toBe(ofOne)
    expect(counted('functions take a number')).toBe(functions.length - ofOne)
  })

  test('the functions that stay on one shard, one by one, are as many as it says', () => {
    const [, section = ''] =
      /### Functions that stay on one shard\n([\s\S]*?)\n### /.exec(several) ?? []
    const named = new Set([...section.matchAll(/`(\w+)`/g)].map(([, name]) => name))
    const ofOne = functions.filter(({ name, ofOne }) => ofOne && named.has(name))

    expect(ofOne).toHaveLength(counted('functions take `p_organization_id` and touch only'))
  })
})
