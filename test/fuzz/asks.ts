import fc from 'fast-check'
import type { Operation, Schema } from '../support/operations.ts'
import { valuesOf } from './values.ts'

/** One request of a route: what stands in its path, its query and its body. */
export interface Ask {
  params: Record<string, string>
  query: Record<string, string>
  body: unknown
}

/** Any requests of a route, many of which name what `ids` has, so that they come to something. */
export function asksOf(
  { route, parameters, body }: Operation,
  ids: Record<string, string>,
): fc.Arbitrary<Ask> {
  const partsIn = (place: string) =>
    Object.fromEntries(
      parameters
        .filter((each) => each.in === place)
        .map(({ name, schema }) => [name, textsOf(name, schema, ids)]),
    )
  const required = parameters.filter((each) => each.in === 'query' && each.required)
  const fields = body && Object.keys(ids).length > 0 ? withIds(body, ids) : fc.constant(undefined)
  return fc.record({
    params: fc.record(partsIn('path')),
    query: fc.record(partsIn('query'), { requiredKeys: required.map(({ name }) => name) }),
    body: route.method === 'get' ? fc.constant(undefined) : fields,
  })
}

/** What is not one of `ids` must not end the path, or become another one. */
function textsOf(name: string, schema: Schema, ids: Record<string, string>): fc.Arbitrary<string> {
  const generated = valuesOf(schema).map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  )
  const known = ids[name]
  const texts = known
    ? fc.oneof({ arbitrary: fc.constant(known), weight: 4 }, { arbitrary: generated, weight: 1 })
    : generated
  return texts.map((text) => text.toWellFormed().replace(/^\.{0,2}$/, '-'))
}

/** A body whose fields that hold an id hold one that there is, mostly. */
function withIds(body: Schema, ids: Record<string, string>): fc.Arbitrary<unknown> {
  return fc.tuple(valuesOf(body), fc.nat(3)).map(([value, chance]) => {
    if (chance === 0 || typeof value !== 'object' || value === null) return value
    const known = Object.entries(ids).filter(([name]) => name in value)
    return { ...value, ...Object.fromEntries(known) }
  })
}
