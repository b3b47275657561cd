import { readFileSync } from 'node:fs'
import type { Route } from '../../src/http/route.ts'
import { nameOf, routeTable } from './route-table.ts'

/** A schema of docs/openapi.json, with the words of JSON Schema that are used there. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  allOf?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  prefixItems?: Schema[]
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  pattern?: string
  format?: string
  examples?: unknown[]
}

interface Parameter {
  in: 'path' | 'query' | 'header'
  name: string
  required?: boolean
  schema: Schema
  example?: unknown
}

/** A route of the table, with what docs/openapi.json says that it takes and answers. */
export interface Operation {
  name: string
  route: Route
  parameters: Parameter[]
  body: Schema | undefined
  /** What the document sends it as an example; it has one for every body. */
  example: unknown
  /** The schemas of its good answers. */
  answers: Schema[]
}

// biome-ignore lint/suspicious/noExplicitAny: the document is read here as what it is, plain JSON
const document: any = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
)

export const operations: Operation[] = routeTable.map((route) => {
  const path = route.path.replace(/:(\w+)/g, '{$1}')
  const { parameters = [], requestBody, responses } = document.paths[path][route.method]
  const contents = Object.entries<{ content?: Record<string, { schema: Schema }> }>(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, { content = {} }]) => Object.values(content))
  const [sent] = Object.values<{ schema: Schema; example: unknown }>(requestBody?.content ?? {})
  return {
    name: nameOf(route),
    route,
    parameters: parameters.map(resolve),
    body: sent?.schema,
    example: sent?.example,
    answers: contents.map(({ schema }) => schema),
  }
})

/** Operations as `test.each` takes them. */
export function operationsWhere(wanted: (operation: Operation) => boolean): [string, Operation][] {
  return operations.filter(wanted).map((operation) => [operation.name, operation])
}

/** What a reference leads to; anything else is itself. */
export function resolve<T extends { $ref?: string }>(value: T): T {
  const path = value.$ref?.replace(/^#\//, '').split('/')
  return path ? path.reduce((found, key) => found[key], document) : value
}

/** A schema and everything in it, each with the path of its values, `*` for whatever is in a list. */
export function partsOf(schema: Schema, path: string[] = []): { path: string[]; schema: Schema }[] {
  const part = resolve(schema)
  const alternatives = [...(part.allOf ?? []), ...(part.anyOf ?? []), ...(part.oneOf ?? [])]
  const fields = Object.entries(part.properties ?? {})
  return [
    { path, schema: part },
    ...alternatives.flatMap((each) => partsOf(each, path)),
    ...fields.flatMap(([name, field]) => partsOf(field, [...path, name])),
    ...(part.items ? partsOf(part.items, [...path, '*']) : []),
  ]
}

/** A copy of a body in which `path` has the value; what leads there is made where it is missing. */
export function withValue(body: unknown, [head, ...rest]: string[], value: unknown): unknown {
  if (head === undefined) return value
  if (head === '*') return [withValue([body].flat()[0], rest, value)]
  const object = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  return { ...object, [head]: withValue(object[head], rest, value) }
}
