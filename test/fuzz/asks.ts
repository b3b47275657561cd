import fc from 'fast-check'
import type { Ask } from '../support/every-route.ts'
import { type Operation, partsOf, type Schema, withValue } from '../support/operations.ts'
import { anyValue, valuesOf } from './values.ts'

/**
 * Any requests of a route that are not far from one that it accepts: what stands in its path mostly leads
 * somewhere, and of its body no more than a few parts are another value, missing, or unknown.
 */
export function asksOf(operation: Operation, accepted: Ask): fc.Arbitrary<Ask> {
  const partsIn = (place: string) =>
    operation.parameters
      .filter((each) => each.in === place)
      .map(({ name, schema }) => ({ name, schema }))
  const arbitraries = (place: string, known: Record<string, string>) =>
    Object.fromEntries(
      partsIn(place).map(({ name, schema }) => [name, textsOf(schema, known[name])]),
    )
  return fc.record({
    params: fc.record(arbitraries('path', accepted.params)),
    query: fc.record(arbitraries('query', accepted.query), {
      requiredKeys: Object.keys(accepted.query),
    }),
    headers: headersOf(operation, accepted.headers),
    body: bodiesOf(operation, accepted.body),
  })
}

/** Each at times, and mostly one that stops nothing: an If-Match of `*`, any key. */
function headersOf(
  { parameters }: Operation,
  accepted: Record<string, string>,
): fc.Arbitrary<Record<string, string>> {
  const headers = parameters
    .filter((each) => each.in === 'header')
    .map(({ name, schema, example }) => {
      const texts = fc.oneof(textsOf(schema, '*'), fc.constant(String(example)))
      return [name, texts.map(headerText)] as const
    })
  return fc.record(Object.fromEntries(headers), { requiredKeys: Object.keys(accepted) })
}

/** As it can be sent: bytes on one line. */
function headerText(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/\p{Cc}/gu, '-')
}

/** What is not `known` must not end the path, or become another one. */
function textsOf(schema: Schema, known: string | undefined): fc.Arbitrary<string> {
  const generated = valuesOf(schema).map((value) =>
    typeof value === 'string' ? value : JSON.stringify(value),
  )
  const texts =
    known === undefined
      ? generated
      : fc.oneof({ arbitrary: fc.constant(known), weight: 6 }, { arbitrary: generated, weight: 1 })
  return texts.map((text) => text.toWellFormed().replace(/^\.{0,2}$/, '-'))
}

function bodiesOf({ route, body }: Operation, accepted: unknown): fc.Arbitrary<unknown> {
  if (route.method === 'get') return fc.constant(undefined)
  // A route without a body takes an empty one, and no field.
  if (!body) return fc.constantFrom(undefined, undefined, undefined, {}, { is_admin: true })
  return fc.oneof(
    { arbitrary: changed(body, accepted), weight: 12 },
    { arbitrary: valuesOf(body), weight: 2 },
    { arbitrary: anyValue, weight: 1 },
  )
}

interface Change {
  path: string[]
  value: unknown
}

/** The accepted body with up to two changes. */
function changed(body: Schema, accepted: unknown): fc.Arbitrary<unknown> {
  const changes: fc.Arbitrary<Change>[] = partsOf(body)
    .filter(({ path }) => path.length > 0)
    .map(({ path, schema }) =>
      fc
        .oneof(
          { arbitrary: valuesOf(schema), weight: 6 },
          { arbitrary: fc.constant(undefined), weight: 1 },
        )
        .map((value) => ({ path, value })),
    )
  const unknown = fc.constant<Change>({ path: ['is_admin'], value: true })
  return fc
    .array(fc.oneof(...changes, unknown), { maxLength: 2 })
    .map((made) => made.reduce((sent, { path, value }) => withValue(sent, path, value), accepted))
}
