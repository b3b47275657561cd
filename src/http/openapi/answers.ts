import type { ProblemCode } from '../../platform/errors.ts'
import { heedsIfMatch } from '../input/if-match.ts'
import type { Route } from '../route.ts'
import { answerExample } from './examples.ts'
import { problemsOf } from './problems.ts'

const meaning: Record<string, string> = {
  200: 'Done',
  201: 'Made',
  202: 'Accepted, and going on by itself',
}

/** Every answer of a route: its successes by their schemas, its problems by their codes. */
export function answersOf(route: Route) {
  return {
    ...(route.versioned && !heedsIfMatch(route) && { 304: unchanged }),
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
  const example = (type: string) => answerExample(route, status, type)
  if (schema === 'xml')
    return { description: 'TwiML', content: { 'text/xml': { ...text, ...example('text/xml') } } }
  if (schema === 'events')
    return {
      description: 'Server-sent events, for as long as the connection lasts',
      content: { 'text/event-stream': { ...text, ...example('text/event-stream') } },
    }
  if (schema === 'bytes') return bytes(status)
  return {
    description: schema.description ?? meaning[status] ?? 'Success',
    ...headersOf(route, status),
    content: {
      'application/json': { schema, ...example('application/json') },
      ...(route.csv && { 'text/csv': { ...text, ...example('text/csv') } }),
    },
  }
}

/** Of any type that is let through. */
function bytes(status: string) {
  const part = { 'Content-Range': header('which part, of how many bytes') }
  return {
    description: status === '206' ? 'The part that was asked for' : 'All of it',
    headers: { 'Content-Disposition': header('a name for it'), ...(status === '206' && part) },
    content: {
      '*/*': { schema: { type: 'string' as const, format: 'binary' }, example: '(bytes)' },
    },
  }
}

const unchanged = { description: 'As it was when the ETag of If-None-Match was answered' }

const header = (description: string) => ({ description, schema: { type: 'string' as const } })

function headersOf(route: Route, status: string) {
  if (status === '201' && route.location)
    return { headers: { Location: header('where it can be read') } }
  // A stored answer is that of then: which version it is now, it cannot say.
  if (route.versioned && route.method !== 'delete' && !route.idempotent)
    return { headers: { ETag: header('which version this is, for If-Match; strong') } }
  return {}
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
