import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { problemStatus } from '../../src/platform/errors.ts'
import { documentedAt } from '../support/documented-answers.ts'
import { routesWhere, routeTable } from '../support/route-table.ts'

// biome-ignore lint/suspicious/noExplicitAny: the document is read here as what it is, plain JSON
type Json = any

const document: Json = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
)

interface Operation {
  name: string
  pointer: (string | number)[]
  operation: Json
}

const operations: Operation[] = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
  Object.entries<Json>(item).map(([method, operation]) => ({
    name: operation.operationId,
    pointer: ['paths', path, method],
    operation,
  })),
)
const named = operations.map((each): [string, Operation] => [each.name, each])

/** Each place where the document has a body: whose, where, and what it says there. */
function bodiesOf({ pointer, operation }: Operation, isWanted: (status: string) => boolean) {
  return Object.entries<Json>(operation.responses)
    .filter(([status]) => isWanted(status))
    .flatMap(([status, { content = {} }]) =>
      Object.entries<Json>(content).map(([type, media]) => ({
        where: [...pointer, 'responses', status, 'content', type],
        type,
        media,
      })),
    )
}

const isSuccess = (status: string) => status.startsWith('2')
const isProblem = (status: string) => /^[45]/.test(status)

/** All objects in a schema, and in what it refers to. */
function objectsIn(value: Json, seen = new Set<Json>()): Json[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  const inner = Object.values(value).flatMap((part) => objectsIn(part, seen))
  const [, name] = /^#\/components\/schemas\/(.+)$/.exec(value.$ref ?? '') ?? []
  return [value, ...inner, ...(name ? objectsIn(document.components.schemas[name], seen) : [])]
}

describe('docs/openapi.json, as a whole', () => {
  test('its operations, all of them, have names of their own that can be functions', () => {
    const names = operations.map(({ name }) => name)

    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/)
    expect(new Set(names).size).toBe(routeTable.length)
  })

  test('its servers, at least one of them, say where it is served', () => {
    expect(document.servers).not.toEqual([])
    for (const { url, description } of document.servers)
      expect([url, description]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)])
  })

  test('its tags, each of them, are described and used', () => {
    const used = new Set(operations.flatMap(({ operation }) => operation.tags))

    for (const { description } of document.tags) expect(description).toMatch(/\S/)
    expect(new Set(document.tags.map(({ name }: Json) => name))).toEqual(used)
  })

  test.each(named)(
    '%s, described, says what it does, for whom, under one tag',
    (_name, { operation }) => {
      expect(operation.summary).toMatch(/\S/)
      expect(operation.description).toMatch(/^For .+\./)
      expect(operation.tags).toHaveLength(1)
    },
  )

  test.each(named.filter(([, { operation }]) => operation.requestBody))(
    '%s, that takes a body, needs one where it cannot do without, and shows one that fits',
    (_name, { pointer, operation }) => {
      const [[type, media]] = Object.entries<Json>(operation.requestBody.content) as [
        [string, Json],
      ]

      const mayBeLeftOut = ['acceptInvite', 'declineInvite'].includes(operation.operationId)
      expect(operation.requestBody.required ?? false).toBe(!mayBeLeftOut)
      expect(media.example).toBeDefined()
      expect(
        documentedAt(
          'requests',
          [...pointer, 'requestBody', 'content', type, 'schema'],
          media.example,
        ),
      ).toBeUndefined()
    },
  )

  test.each(routesWhere(({ body }) => body !== undefined))(
    '%s, sent its example, is read without a word',
    (_name, route) => {
      const operation = operations.find(({ name }) => name === route.operationId)?.operation
      const [media] = Object.values<Json>(operation.requestBody.content)

      expect(route.body?.safeParse(media.example).error?.issues ?? []).toEqual([])
    },
  )

  test.each(named)(
    '%s, that succeeds, shows an answer that fits, in each of its types',
    (_name, each) => {
      const bodies = bodiesOf(each, isSuccess)

      expect(bodies).not.toEqual([])
      for (const { where, media } of bodies) {
        expect(media.example, where.join(' ')).toBeDefined()
        expect(documentedAt('answers', [...where, 'schema'], media.example)).toBeUndefined()
      }
    },
  )

  test.each(named)(
    '%s, each parameter of it, is described and shows a value that fits',
    (_name, { pointer, operation: { parameters = [] } }) => {
      for (const [place, { name, description, example }] of parameters.entries()) {
        expect(description, name).toMatch(/\S/)
        expect(example, name).toBeDefined()
        const where = [...pointer, 'parameters', place, 'schema']
        expect(documentedAt('requests', where, example), name).toBeUndefined()
      }
    },
  )

  test.each(routesWhere(({ params, query }) => params !== undefined || query !== undefined))(
    '%s, asked with the examples of its parameters, is read without a word',
    (_name, { operationId, params, query }) => {
      const { parameters } = operations.find(({ name }) => name === operationId)?.operation ?? {}
      const examplesIn = (place: string) =>
        Object.fromEntries(
          parameters
            .filter((each: Json) => each.in === place)
            .map(({ name, example }: Json) => [name, String(example)]),
        )

      expect(params?.safeParse(examplesIn('path')).error?.issues ?? []).toEqual([])
      expect(query?.safeParse(examplesIn('query')).error?.issues ?? []).toEqual([])
    },
  )

  test.each(named)('%s, that answers problems, lists the codes of each status', (_name, each) => {
    for (const { where, type, media } of bodiesOf(each, isProblem)) {
      const codes: (keyof typeof problemStatus)[] = media.schema.allOf[1].properties.code.enum
      expect(type).toBe('application/problem+json')
      expect(codes).not.toEqual([])
      expect(new Set(codes).size).toBe(codes.length)
      for (const code of codes) expect(String(problemStatus[code])).toBe(where[4])
    }
  })

  test.each(named)('%s, whatever it answers, may answer more one day', (_name, each) => {
    for (const { where, media } of bodiesOf(each, () => true))
      for (const schema of objectsIn(media.schema))
        expect(schema.additionalProperties, where.join(' ')).not.toBe(false)
  })
})
