// biome-ignore lint/suspicious/noExplicitAny: schemas and bodies are read here as what they are, plain JSON
type Json = any

/** Values that mean something to the twin: not any text does. */
const meant: Record<string, unknown> = {
  voice_id: '21m00Tcm4TlvDq8ikWAM',
  post_call_webhook_id: null,
  language: 'en',
  phone_number: '+16045550199',
  tool_ids: [],
}

/** A body with every field of a JSON schema, each with a value that fits. */
export function wholeOf(schema: Json, name = ''): unknown {
  const [type] = [schema.type].flat()
  if (name in meant && type !== 'boolean') return meant[name]
  const [first] = (schema.anyOf ?? []).filter((part: Json) => part.type !== 'null')
  if (first) return wholeOf(first, name)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (type === 'array') return [wholeOf(schema.items)]
  if (type === 'object') {
    const fields = Object.entries<Json>(schema.properties ?? {})
      .filter(([, field]) => field.not === undefined)
      .map(([key, field]) => [key, wholeOf(field, key)])
    const isRecord = schema.additionalProperties && fields.length === 0
    return isRecord ? { one: wholeOf(schema.additionalProperties) } : Object.fromEntries(fields)
  }
  return { boolean: true, number: 1, integer: 1 }[String(type)] ?? 'text'
}

interface Change {
  where: string[]
  body: unknown
}

/** The body, once for each of its places with an unknown key there, and with other values there. */
export function changesOf(body: object): Change[] {
  const unknown = { where: [], body: { ...body, surprise: 1 } }
  const inner = placesOf(body).filter(({ where }) => where.length > 0)
  const changes = inner.flatMap(({ where, value }) => {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    const others = isObject
      ? [{ ...value, surprise: 1 }, 'soon', null]
      : ['soon', { surprise: 1 }, [1], null]
    return others.map((other) => ({ where, body: replaced(body, where, other) }))
  })
  return [unknown, ...changes]
}

function placesOf(value: Json, where: string[] = []): { where: string[]; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ where, value }]
  const inner = Object.keys(value).flatMap((key) => placesOf(value[key], [...where, key]))
  return [{ where, value }, ...inner]
}

function replaced(body: Json, [key, ...rest]: string[], other: unknown): unknown {
  if (key === undefined) return other
  const copy = Array.isArray(body) ? [...body] : { ...body }
  copy[key] = replaced(body[key], rest, other)
  return copy
}
