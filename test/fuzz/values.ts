import fc from 'fast-check'
import { resolve, type Schema } from '../support/operations.ts'

/** Texts that have broken somebody: no end, no letters, other directions, markup, SQL, variables. */
const odd = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  '\u200b',
  "'; drop table organizations; --",
  '<script>alert(1)</script>',
  '{{organization_name}}',
  '../../etc/passwd',
  '%00%0a',
  '+1 (604) 555-0100',
  '911',
  '00000000-0000-0000-0000-000000000000',
  'null',
  '__proto__',
  'é'.repeat(300),
  '🙂'.repeat(60),
]

/** Whatever JSON has. */
export const anyValue: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 2 })

/** Any value for a schema: mostly one that fits, at times one at its edges, at times whatever JSON has. */
export function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fitting(schema), weight: 12 },
    { arbitrary: atTheEdge(schema), weight: 3 },
    { arbitrary: anyValue, weight: 1 },
  )
}

/** What the schema takes, as far as a schema says it; in objects and lists, any value for each part. */
function fitting(given: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(given)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(valuesOf))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type) => fitting({ ...schema, type })))
  switch (schema.type) {
    case 'object':
      return objectOf(schema)
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, 4),
      })
    case 'boolean':
      return fc.boolean()
    case 'integer':
    case 'number':
      return fc.integer({
        min: schema.minimum ?? 0,
        max: Math.min(schema.maximum ?? 1e9, 2 ** 31 - 1),
      })
    case 'null':
      return fc.constant(null)
    default:
      return textOf(schema)
  }
}

/** Its fields, all that are required and some others; at times one too few, or one that nobody knows. */
function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, valuesOf(field)]),
  )
  const whole = fc.record(fields, { requiredKeys: required })
  return fc.oneof(
    { arbitrary: whole, weight: 8 },
    { arbitrary: fc.record(fields, { requiredKeys: [] }), weight: 1 },
    { arbitrary: whole.map((object) => ({ ...object, is_admin: true })), weight: 1 },
  )
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  const { examples = [], format, minLength = 0, maxLength = 40 } = schema
  if (format === 'uuid') return fc.uuid()
  if (format === 'email') return fc.uuid().map((id) => `${id}@example.com`)
  if (format === 'uri') return fc.webUrl()
  if (format === 'date-time')
    return fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString())
  if (examples.length > 0) return fc.constantFrom(...examples.map(String))
  return fc.string({ minLength, maxLength: Math.min(maxLength, 40), unit: 'grapheme' })
}

function atTheEdge(given: Schema): fc.Arbitrary<unknown> {
  const { minimum = 0, maximum = 2 ** 31, maxLength = 100 } = resolve(given)
  const numbers = [minimum - 1, minimum, maximum, maximum + 1, -0, 1.5, 2 ** 53, 1e308]
  const texts = [...odd, 'x'.repeat(maxLength), 'x'.repeat(maxLength + 1)]
  return fc.constantFrom<unknown>(...numbers, ...texts, null, [], {}, true)
}
