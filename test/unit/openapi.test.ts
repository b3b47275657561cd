import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openApiDocument } from '../../src/http/openapi/document.ts'
import { type Guard, type RouteDefinition, reply, route } from '../../src/http/route.ts'
import { nameOf, routeTable } from '../support/route-table.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into documents of every shape
type Any = any

type Definition = RouteDefinition<
  Guard,
  z.ZodObject | undefined,
  z.ZodObject | undefined,
  z.ZodType | undefined
>

/** What the document says of one route, a GET without anything but for `changes`. */
function operationOf(changes: Partial<Definition>): Any {
  const document: Any = openApiDocument([
    route({
      method: 'get',
      path: '/things',
      operationId: 'listThings',
      guard: 'public',
      summary: 'Things',
      replies: { 200: z.object({ count: z.int() }) },
      handle: async () => reply(200, { count: 0 }),
      ...changes,
    } as Definition),
  ])
  const [byMethod] = Object.values(document.paths) as Any[]
  return Object.values(byMethod)[0]
}

const refOf = (operation: Any, status: number) =>
  operation.responses[status].content['application/problem+json'].schema.allOf[0].$ref

const codesOf = (operation: Any, status: number) =>
  operation.responses[status].content['application/problem+json'].schema.allOf[1].properties.code
    .enum

describe('openApiDocument', () => {
  test.each([
    ['public', []],
    ['signup', [{ userToken: [] }, { adminKey: [] }]],
    ['member', [{ userToken: [] }, { adminKey: [] }]],
    ['admin', [{ adminKey: [] }]],
    ['twilio', [{ twilioSignature: [] }]],
    ['elevenlabs', [{ orglineSecret: [] }]],
  ] as const)('given a route for %s: says who may call it', (guard, security) => {
    const operation = operationOf({ guard })

    expect(operation.security).toEqual(security)
  })

  test('given a scope: says that a key needs it, and what else a key can meet', () => {
    const operation = operationOf({ guard: 'member', scope: 'calls:write' })

    expect(operation.security).toContainEqual({ organizationKey: ['calls:write'] })
    expect(operation.responses[403].description).toContain('scope_missing')
    expect(operation.responses[404].description).toBe('organization_not_found')
  })

  test.each(['member', 'signup'] as const)(
    'given no scope, for %s: says that keys are refused',
    (guard) => {
      const operation = operationOf({ guard })

      expect(operation.responses[403].description).toContain('key_not_allowed')
    },
  )

  test('given path parameters: writes them in braces and declares each', () => {
    const document: Any = openApiDocument([
      route({
        method: 'get',
        path: '/things/:thingId/parts/:partId',
        operationId: 'getPart',
        guard: 'public',
        summary: 'A part',
        params: z.object({ thingId: z.uuid(), partId: z.string() }),
        replies: { 200: z.object({}) },
        handle: async () => reply(200, {}),
      }),
    ])

    const { get } = document.paths['/things/{thingId}/parts/{partId}']
    expect(get.parameters).toEqual([
      expect.objectContaining({ in: 'path', name: 'thingId', required: true }),
      expect.objectContaining({ in: 'path', name: 'partId', required: true }),
    ])
  })

  test('given problems of one status: lists their codes together, as problem+json', () => {
    const operation = operationOf({ problems: ['slug_taken', 'wrong_state', 'not_found'] })

    expect(operation.responses[409].description).toBe('slug_taken, wrong_state')
    expect(operation.responses[404].description).toBe('not_found')
    expect(refOf(operation, 409)).toBe('#/components/schemas/Problem')
    expect(codesOf(operation, 409)).toEqual(['slug_taken', 'wrong_state'])
  })

  test.each([
    ['public', [400, 408, 429, 431, 500]],
    ['member', [400, 401, 403, 408, 413, 415, 429, 431, 500, 503]],
    ['admin', [400, 401, 403, 408, 413, 415, 429, 431, 500, 503]],
    ['twilio', [400, 403, 408, 413, 415, 429, 431, 500, 503]],
  ] as const)('given a guard, %s: adds the problems that go with it', (guard, statuses) => {
    const operation = operationOf({ guard })

    expect(Object.keys(operation.responses).map(Number)).toEqual([200, ...statuses])
  })

  test('given a JSON body: requires it, and adds what can be wrong with it', () => {
    const operation = operationOf({
      method: 'post',
      guard: 'member',
      body: z.strictObject({ name: z.string() }),
    })

    expect(operation.requestBody.required).toBe(true)
    expect(operation.requestBody.content['application/json'].schema).toMatchObject({
      properties: { name: { type: 'string' } },
      additionalProperties: false,
    })
    expect(codesOf(operation, 400)).toEqual([
      'request_unreadable',
      'validation_failed',
      'invalid_json',
    ])
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['413', '415']))
  })

  test('given an answer: leaves its objects open, to grow', () => {
    const part = z.strictObject({ count: z.int() })

    const operation = operationOf({ replies: { 200: z.strictObject({ part }) } })

    expect(JSON.stringify(operation.responses)).not.toContain('additionalProperties')
  })

  test('given a record of known keys: names each as a property', () => {
    const operation = operationOf({ replies: { 200: z.record(z.enum(['a', 'b']), z.int()) } })

    expect(operation.responses[200].content['application/json'].schema).toMatchObject({
      properties: { a: { type: 'integer' }, b: { type: 'integer' } },
      required: ['a', 'b'],
    })
  })

  test.each([
    ['as it is sent', z.string().meta({ examples: ['12'] })],
    [
      'transformed',
      z
        .string()
        .transform(Number)
        .meta({ examples: ['12'] }),
    ],
    [
      'transformed, and left out',
      z
        .string()
        .transform(Number)
        .meta({ examples: ['12'] })
        .optional(),
    ],
    [
      'transformed once more',
      z
        .string()
        .transform(Number)
        .pipe(z.int())
        .meta({ examples: ['12'] }),
    ],
  ])(
    'given an example of a field that is taken %s: tells it, in a body and in a query',
    (_how, field) => {
      const operation = operationOf({
        method: 'post',
        query: z.strictObject({ field }),
        body: z.strictObject({ field }),
      })

      const { schema } = operation.requestBody.content['application/json']
      expect(schema.properties.field.examples).toEqual(['12'])
      expect(operation.parameters[0].schema.examples).toEqual(['12'])
    },
  )

  test('given a body from Twilio: is a form', () => {
    const body = z.looseObject({ From: z.string() })

    const operation = operationOf({ method: 'post', guard: 'twilio', body })

    expect(Object.keys(operation.requestBody.content)).toEqual([
      'application/x-www-form-urlencoded',
    ])
  })

  test('given an answer in TwiML: is XML', () => {
    const operation = operationOf({ replies: { 200: 'xml' } })

    expect(operation.responses[200].content).toEqual({
      'text/xml': { schema: { type: 'string' } },
    })
  })

  test('given a route that honours Idempotency-Key: declares the header beside the others', () => {
    const params = z.object({ thingId: z.uuid() })

    const operation = operationOf({ path: '/things/:thingId', idempotent: true, params })

    expect(operation.parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ in: 'path', name: 'thingId' }),
        expect.objectContaining({ in: 'header', name: 'Idempotency-Key' }),
      ]),
    )
  })
})

describe('openApiDocument, of the product', () => {
  const document: Any = openApiDocument(routeTable)

  test('compared with the route table: has every route, and no other', () => {
    const documented = Object.entries(document.paths as object).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )

    const routes = routeTable.map((each) => nameOf(each).replace(/:(\w+)/g, '{$1}'))
    expect(documented.toSorted()).toEqual(routes.toSorted())
  })

  test('followed along its references: has a target for each', () => {
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)]

    const missing = references.filter(([, name = '']) => !(name in document.components.schemas))
    expect(references.length).toBeGreaterThan(0)
    expect(missing).toEqual([])
  })

  test('looked through for telephone numbers and area codes that are sent: has an example of each', () => {
    const without: string[] = []
    const fields = new Set<string>()
    const visit = (name: string, part: Any) => {
      if (typeof part !== 'object' || part === null) return
      if (/^(Phone number in any|Three digits of)/.test(part.description) && part.type) {
        fields.add(name)
        if (!part.examples) without.push(name)
      }
      for (const [key, value] of Object.entries(part)) visit(`${name}/${key}`, value)
    }
    for (const [path, methods] of Object.entries(document.paths as object))
      for (const [method, { parameters, requestBody }] of Object.entries<Any>(methods))
        visit(`${method} ${path}`, { parameters, requestBody })

    expect(fields.size).toBeGreaterThan(20)
    expect(without).toEqual([])
  })

  test('looked through for securities: names only those it defines', () => {
    const used = Object.values(document.paths as object)
      .flatMap((methods: Any) => Object.values(methods) as Any[])
      .flatMap(({ security }) => (security as object[]).flatMap((each) => Object.keys(each)))

    expect(new Set(used)).toEqual(new Set(Object.keys(document.components.securitySchemes)))
  })
})
