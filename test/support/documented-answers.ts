import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { z } from 'zod'
import type { Answer } from './requests.ts'

// biome-ignore lint/suspicious/noExplicitAny: the document is read here as what it is, plain JSON
type Json = any

const asWritten: Json = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
)
const document: Json = closed(asWritten)

/** Every format of the document; another one does not compile. */
const formats = {
  'date-time': isA(z.iso.datetime({ offset: true })),
  uuid: isA(z.guid()),
  email: isA(z.email()),
  uri: isA(z.url()),
  binary: () => true,
}

const validator = new Ajv2020({ strict: false, allErrors: true, formats })
validator.addSchema(document, 'answers')
validator.addSchema(asWritten, 'requests')

/** A path without parameters before one that has some, as the routes are asked. */
const paths = Object.keys(document.paths)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }))
  .toSorted((one, other) => one.path.split('{').length - other.path.split('{').length)

/**
 * Holds an answer against docs/openapi.json: its status, its type, its headers and its body. What is no
 * operation of the document can only be refused, by a problem; the twins, which have paths of their
 * own, are left alone.
 * @throws Error that says what the document does not have
 */
export function requireDocumented(method: string, url: string, answer: Answer): void {
  // A slash at its end leads to the same route.
  const asked = url.replace(/\?.*/s, '').replace(/(?<=.)\/$/, '')
  const path = paths.find(({ pattern }) => pattern.test(asked))?.path ?? ''
  // Express answers HEAD wherever it answers GET, without the body.
  const isHead = method.toLowerCase() === 'head' && document.paths[path]?.get !== undefined
  const operation = document.paths[path]?.[isHead ? 'get' : method.toLowerCase()]
  if (!operation) {
    requireProblem(method, asked, answer)
    return
  }
  const name = `${operation.operationId}, answer ${answer.status}`
  const response = operation.responses[answer.status]
  const type = typeOf(answer)
  const unnamed = Object.keys(response?.headers ?? {}).filter((each) => !answer.headers.has(each))
  if (unnamed.length > 0) throw new Error(`${name} is without the header ${unnamed.join(', ')}`)
  // Without a body, as the document has it.
  if (response && (isHead || (!response.content && type === ''))) return
  // Bytes are of any type that is let through.
  if (!response?.content?.[type] && !response?.content?.['*/*'])
    throw new Error(`${name} as ${type} is not in docs/openapi.json: ${text(answer.body)}`)
  if (!type.endsWith('json')) return
  const pointer = ['paths', path, method.toLowerCase(), 'responses', answer.status, 'content', type]
  const wrong = documentedAt('answers', [...pointer, 'schema'], answer.body)
  if (wrong)
    throw new Error(`${name} is not as in docs/openapi.json: ${wrong}; ${text(answer.body)}`)
}

function requireProblem(method: string, path: string, answer: Answer): void {
  const name = `${method} ${path}, answer ${answer.status}`
  const isPreflight = method.toLowerCase() === 'options' && answer.status === 204
  if (isPreflight || path === '/openapi.json' || /^\/(docs|control\/|auth\/)/.test(path)) return
  const isOurs = path.startsWith('/api/') || typeOf(answer) === PROBLEM
  if (!isOurs) return
  if (answer.status < 400 || typeOf(answer) !== PROBLEM)
    throw new Error(`${name}, which is no operation of docs/openapi.json, is no problem`)
  const wrong = documentedAt('answers', ['components', 'schemas', 'Problem'], answer.body)
  if (wrong) throw new Error(`${name} is no Problem: ${wrong}; ${text(answer.body)}`)
}

/**
 * What of a value is not as the schema at this place of docs/openapi.json has it; of an answer, a field
 * that it does not have is wrong too.
 * @throws Error where no schema is
 */
export function documentedAt(
  of: 'answers' | 'requests',
  pointer: (string | number)[],
  value: unknown,
): string | undefined {
  const key = `${of}#/${pointer.map(escaped).join('/')}`
  const validate = validator.getSchema(key)
  if (!validate) throw new Error(`there is no schema at ${key}`)
  return validate(value) ? undefined : validator.errorsText(validate.errors)
}

/**
 * The document with its objects closed, so that a field of an answer that it does not have is found.
 * Parts of one whole (`allOf`), and what has a name, are closed where they are used.
 */
function closed(whole: Json): Json {
  const { schemas } = whole.components
  const named = Object.entries(schemas).map(([name, schema]) => [name, close(schema, true)])
  return {
    ...whole,
    paths: close(whole.paths),
    components: { ...whole.components, schemas: Object.fromEntries(named) },
  }
}

function close(value: Json, isPart = false): Json {
  if (Array.isArray(value)) return value.map((part) => close(part, isPart))
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value).map(([key, part]) => [key, close(part, key === 'allOf')])
  const isSchema = value.$ref || value.allOf || (value.type === 'object' && value.properties)
  return {
    ...Object.fromEntries(parts),
    ...(isSchema && !isPart && { unevaluatedProperties: false }),
  }
}

const PROBLEM = 'application/problem+json'

function typeOf({ headers }: Answer): string {
  return headers.get('content-type')?.split(';')[0] ?? ''
}

function isA(schema: z.ZodType): (value: string) => boolean {
  return (value) => schema.safeParse(value).success
}

const escaped = (part: string | number) =>
  encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))

const text = (body: unknown) => JSON.stringify(body)?.slice(0, 500)
