import type { ProblemCode } from '../../platform/errors.ts'
import type { Route } from '../route.ts'
import { problemsOf } from './problems.ts'

const meaning: Record<string, string> = {
  200: 'Done',
  201: 'Made',
  202: 'Accepted, and going on by itself',
}

/** Every answer of a route: its successes by their schemas, its problems by their codes. */
export function answersOf(route: Route) {
  return {
    ...Object.fromEntries(
      Object.entries(route.replies).map(([status, schema]) => [
        status,
        success(route, status, schema),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(problemsOf(route)).map(([status, codes]) => [status, problem(codes)]),
    ),
  }
}

function success(route: Route, status: string, schema: Route['replies'][number]) {
  const text = { schema: { type: 'string' as const } }
  if (schema === 'xml') return { description: 'TwiML', content: { 'text/xml': text } }
  const location = {
    Location: { description: 'where it can be read', schema: { type: 'string' as const } },
  }
  return {
    description: schema.description ?? meaning[status] ?? 'Success',
    ...(status === '201' && route.location && { headers: location }),
    content: { 'application/json': { schema }, ...(route.csv && { 'text/csv': text }) },
  }
}

function problem(codes: ProblemCode[]) {
  const schema = {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      { type: 'object' as const, properties: { code: { type: 'string' as const, enum: codes } } },
    ],
  }
  return {
    description: codes.join(', '),
    content: { 'application/problem+json': { schema } },
  }
}
