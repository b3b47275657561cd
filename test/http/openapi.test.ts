import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Guard } from '../../src/http/route.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { request } from '../support/requests.ts'
import { nameOf, routesOf, routesWhere, routeTable } from '../support/route-table.ts'
import { startWorld, type World } from '../support/world.ts'

// biome-ignore lint/suspicious/noExplicitAny: the document is checked here as what it is, plain JSON
type Json = any

const security: Record<Guard, object[]> = {
  public: [],
  signup: [{ userToken: [] }, { adminKey: [] }],
  member: [{ userToken: [] }, { adminKey: [] }],
  admin: [{ adminKey: [] }],
  twilio: [{ twilioSignature: [] }],
  elevenlabs: [{ orglineSecret: [] }],
  elevenlabs_signed: [{ elevenLabsSignature: [] }],
}

/** What every caller under a guard can meet, so what every client must be told of. */
const refusals: Record<Guard, string[]> = {
  public: [],
  signup: ['401', '403', '503'],
  member: ['401', '403', '503'],
  admin: ['401', '403', '503'],
  twilio: ['403', '413', '415', '503'],
  elevenlabs: ['403'],
  elevenlabs_signed: ['403', '413', '415', '503'],
}

/** What every request can meet before anybody knows which route it asks. */
const unread = ['400', '408', '429', '431']

describe('/openapi.json', () => {
  let world: World
  let document: Json
  beforeAll(async () => {
    world = await startWorld()
    document = (await request(world.origin, 'GET', '/openapi.json')).body
  })
  afterAll(() => stopWithCleanLogs(world))

  const operations = (): [string, Json][] =>
    Object.entries<Json>(document.paths).flatMap(([path, item]) =>
      Object.entries<Json>(item).map(([method, operation]): [string, Json] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    )
  const operationOf = (name: string) => new Map(operations()).get(name.replace(/:(\w+)/g, '{$1}'))

  test('the document, asked for by anybody, is JSON of OpenAPI 3.1', async () => {
    const answer = await request(world.origin, 'GET', '/openapi.json')

    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.body).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\.\d+$/),
      info: { title: expect.stringMatching(/\S/), version: expect.stringMatching(/\S/) },
    })
  })

  test('the document, asked for again with its ETag, is not sent again', async () => {
    const first = await request(world.origin, 'GET', '/openapi.json')
    const etag = first.headers.get('etag') ?? ''

    const again = await request(world.origin, 'GET', '/openapi.json', {
      headers: { 'if-none-match': etag },
    })

    expect(etag).toMatch(/^"[^"]+"$/)
    expect([again.status, again.body]).toEqual([304, ''])
  })

  test('the document, asked for by many at once and then again, is written as JSON as often as for one', async () => {
    const written = vi.spyOn(JSON, 'stringify')
    onTestFinished(() => written.mockRestore())
    const writtenFor = async (atOnce: number) => {
      const own = await startWorld()
      onTestFinished(() => own.stop())
      written.mockClear()
      const ask = () => request(own.origin, 'GET', '/openapi.json')
      const answers = await Promise.all(Array.from({ length: atOnce }, ask))
      if (atOnce > 1) answers.push(await ask())
      for (const { status } of answers) expect(status).toBe(200)
      return written.mock.calls.filter(([value]) => value?.openapi !== undefined).length
    }

    const forOne = await writtenFor(1)

    expect(forOne).toBeGreaterThan(0)
    expect(await writtenFor(5)).toBe(forOne)
  })

  test('the document, kept in docs, is the one that is served', () => {
    const kept = JSON.parse(
      readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
    )

    expect(kept).toEqual(document)
  })

  test('the operations, listed, are exactly the routes of the table', () => {
    const listed = operations().map(([name]) => name)

    const routes = routeTable.map((route) => nameOf(route).replace(/:(\w+)/g, '{$1}'))
    expect(listed.sort()).toEqual(routes.sort())
  })

  test.each(routesWhere(() => true))(
    '%s, described, asks for what its guard asks for',
    (name, route) => {
      const operation = operationOf(name)

      const forKeys = route.scope ? [{ organizationKey: [route.scope] }] : []
      expect(operation.security).toEqual([...security[route.guard], ...forKeys])
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining([...unread, ...refusals[route.guard]]),
      )
      if (operation.responses['401'])
        expect(operation.responses['503'].description).toContain('auth_unavailable')
      for (const scheme of operation.security.flatMap(Object.keys))
        expect(document.components.securitySchemes).toHaveProperty(scheme)
    },
  )

  test.each(routesWhere(() => true))(
    '%s, described, names every part of its path and every answer',
    (name, route) => {
      const operation = operationOf(name)

      const parameters: Json[] = (operation.parameters ?? []).map(resolve)
      const inPath = parameters.filter((parameter) => parameter.in === 'path')
      const names = [...route.path.matchAll(/:(\w+)/g)].map(([, part]) => part)
      expect(inPath.map((parameter) => parameter.name)).toEqual(names)
      for (const parameter of inPath) expect(parameter.required).toBe(true)
      for (const parameter of parameters)
        expect(parameter).toMatchObject({ name: expect.any(String), schema: expect.any(Object) })
      expect(operation.summary).toMatch(/\S/)
      expect(Object.keys(operation.responses)).toEqual(
        expect.arrayContaining(Object.keys(route.replies)),
      )
      for (const [status, response] of Object.entries<Json>(operation.responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/)
        expect(resolve(response).description).toMatch(/\S/)
      }
      expect(operation.requestBody !== undefined).toBe(route.body !== undefined)
    },
  )

  test.each(routesOf('signup', 'member', 'admin', 'twilio', 'elevenlabs'))(
    '%s, described, answers errors as problems',
    (name) => {
      const operation = operationOf(name)

      const errors = Object.entries<Json>(operation.responses).filter(
        ([status]) => Number(status) >= 400,
      )
      expect(errors.length).toBeGreaterThan(0)
      for (const [, { content }] of errors)
        expect(content).toEqual({
          'application/problem+json': {
            schema: {
              allOf: [
                { $ref: '#/components/schemas/Problem' },
                {
                  type: 'object',
                  properties: { code: { type: 'string', enum: expect.any(Array) } },
                },
              ],
            },
          },
        })
    },
  )

  test.each(routesWhere(({ idempotent }) => Boolean(idempotent)))(
    '%s, described, offers the Idempotency-Key',
    (name) => {
      const operation = operationOf(name)

      expect(operation.parameters).toContainEqual(
        expect.objectContaining({ name: 'Idempotency-Key', in: 'header' }),
      )
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['409', '422']))
    },
  )

  test('references, all of them, lead to something', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) =>
      String(ref),
    )

    expect(references.length).toBeGreaterThan(0)
    for (const $ref of new Set(references)) expect(resolve({ $ref }), $ref).toBeDefined()
  })

  test('names of parts, all of them, are of letters OpenAPI allows', () => {
    const names = Object.values<Json>(document.components).flatMap((group) => Object.keys(group))

    for (const name of names) expect(name).toMatch(/^[\w.-]+$/)
  })

  function resolve(value: Json): Json {
    if (!value?.$ref) return value
    const path = String(value.$ref).replace(/^#\//, '').split('/')
    return path.reduce(
      (found: Json, key) => found?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
      document,
    )
  }

  test('its moments, as far as names tell them, are date-times', () => {
    const wrong: string[] = []
    let found = 0
    const visit = (value: Json, path: string): void => {
      if (typeof value !== 'object' || value === null) return
      for (const [name, field] of Object.entries<Json>(value.properties ?? {})) {
        if (!/(^at|_at|At|_until|[sS]ince)$/.test(name)) continue
        found++
        const kinds = [field, ...(field.anyOf ?? [])].map(({ format }) => format)
        if (!kinds.includes('date-time')) wrong.push(`${path}.${name}`)
      }
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`)
    }

    visit(document, '')

    expect(found).toBeGreaterThan(40)
    expect(wrong).toEqual([])
  })

  test('its objects, each of them, have one letter case, but for what is spelt so everywhere', () => {
    const everywhere = ['organizationId', 'nextCursor']
    const objects: string[][] = []
    const visit = (value: Json): void => {
      if (typeof value !== 'object' || value === null) return
      if (value.properties) objects.push(Object.keys(value.properties))
      for (const inner of Object.values(value)) visit(inner)
    }
    visit(document)

    const mixed = objects
      .map((names) => names.filter((name) => !everywhere.includes(name)))
      .filter(
        (names) => names.some((name) => /[A-Z]/.test(name)) && names.some((name) => /_/.test(name)),
      )

    expect(objects.length).toBeGreaterThan(100)
    expect(mixed).toEqual([])
  })
})
