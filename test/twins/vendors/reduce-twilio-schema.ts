import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Makes twilio-schema.json anew of Twilio's published OpenAPI documents:
 * `node test/twins/vendors/reduce-twilio-schema.ts <folder> "<where they are from>"`. It keeps the
 * routes that the file has; a new one is added to it manually, as `{}`. An object has all its fields
 * and no others, as in each of Twilio's own examples; where an example has another type than its
 * schema says (a price as text), both are right.
 */

// biome-ignore lint/suspicious/noExplicitAny: a document of somebody else's
type Json = any

const file = new URL('twilio-schema.json', import.meta.url)
const [folder = '', source = ''] = process.argv.slice(2)
const reported = ['type', 'format', 'pattern', 'enum']

const routes = Object.keys(JSON.parse(readFileSync(file, 'utf8')).routes)
const result: Json = { source, license: '', routes: {}, schemas: {} }
for (const name of [
  'accounts_v1',
  'api_v2010',
  'messaging_v1',
  'pricing_v1',
  'pricing_v2',
  'voice_v1',
]) {
  const document = JSON.parse(readFileSync(join(folder, `twilio_${name}.json`), 'utf8'))
  result.license = `${document.info.license.name}, ${document.info.license.url}`
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ')
    const operation = document.paths[path]?.[method]
    if (operation) result.routes[route] = reduce(document, name, operation)
  }
}
const unknown = routes.filter((route) => result.routes[route] === undefined)
if (unknown.length > 0) throw new Error(`Twilio does not have ${unknown.join(', ')}`)
writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)

function reduce(
  document: Json,
  name: string,
  { parameters = [], requestBody, responses }: Json,
): Json {
  const form = requestBody?.content['application/x-www-form-urlencoded'].schema
  const answers = Object.entries<Json>(responses).map(([status, { content }]) => {
    const { schema, examples = {} } = content?.['application/json'] ?? {}
    const converted = schema ? convert(document, name, schema) : null
    for (const { value } of Object.values<Json>(examples)) widen(converted, value)
    return [status, converted]
  })
  return {
    query: parameters.flatMap((each: Json) => (each.in === 'query' ? [each.name] : [])),
    form: Object.keys(form?.properties ?? {}),
    answers: Object.fromEntries(answers),
  }
}

/** An OpenAPI 3.0 schema as a JSON Schema; what it refers to comes along. */
function convert(document: Json, name: string, schema: Json): Json {
  if (schema.$ref) {
    const own = schema.$ref.split('/').at(-1)
    const key = `${name}.${own}`
    result.schemas[key] ??= convert(document, name, document.components.schemas[own])
    return { $ref: `#/schemas/${key}` }
  }
  const { properties, items, nullable, oneOf } = schema
  if (oneOf) return { anyOf: oneOf.map((each: Json) => convert(document, name, each)) }
  const converted = Object.fromEntries(
    Object.entries(schema).filter(([key]) => reported.includes(key)),
  )
  if (nullable && schema.type) converted.type = [schema.type, 'null']
  if (nullable && schema.enum) converted.enum = [...schema.enum, null]
  if (items) converted.items = convert(document, name, items)
  if (properties === undefined) return converted
  // Twilio names the shapes that it uses more than once by their format.
  if (schema.format) {
    const key = `${name}.${schema.format}`
    result.schemas[key] ??= objectOf(document, name, schema)
    return { $ref: `#/schemas/${key}` }
  }
  return objectOf(document, name, schema)
}

function objectOf(document: Json, name: string, schema: Json): Json {
  const { properties, nullable } = schema
  const fields = Object.entries<Json>(properties).map(([key, each]) => {
    return [key, convert(document, name, each)]
  })
  const whole = { required: Object.keys(properties), additionalProperties: false }
  const type = nullable ? ['object', 'null'] : 'object'
  return { type, properties: Object.fromEntries(fields), ...whole }
}

/** Has a schema take an example too. */
function widen(given: Json, value: Json): void {
  const schema = given?.$ref ? result.schemas[given.$ref.slice('#/schemas/'.length)] : given
  for (const each of schema?.anyOf ?? []) widen(each, value)
  if (schema === undefined || schema.anyOf) return
  if (schema.type !== undefined) {
    const types = [schema.type].flat()
    const isNumber = types.includes('number') || types.includes('integer')
    const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
    if (!types.includes(type) && !(type === 'number' && isNumber)) schema.type = [...types, type]
  }
  if (value === '' && schema.pattern && !schema.pattern.startsWith('^$'))
    schema.pattern = `^$|${schema.pattern}`
  if (Array.isArray(value)) for (const each of value) widen(schema.items, each)
  else if (typeof value === 'object' && value !== null && schema.properties) {
    for (const [key, each] of Object.entries(value)) widen(schema.properties[key], each)
  }
}
