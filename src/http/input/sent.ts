import type { Request } from 'express'
import { z } from 'zod'
import type { Issue, ProblemCode } from '../../platform/errors.ts'
import { someOf } from '../../platform/truncate.ts'
import { isForClients, type Route } from '../route.ts'
import { refusalOf } from './refusal.ts'

/**
 * What a schema's own words do not say to whoever sent it: the library calls any UUID a GUID, and names
 * every field that it does not know, however many there are.
 */
function personaFor(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') {
    const keys = someOf(issue.keys.map((key) => `"${key}"`))
    return issue.keys.length > 1 ? `Unrecognized keys: ${keys}` : `Unrecognized key: ${keys}`
  }
  if (issue.code === 'invalid_type' && Number.isNaN(issue.input)) return 'must be one number'
  const isId = issue.code === 'invalid_format' && issue.format === 'guid'
  return isId ? 'must be a UUID, as 3f2b8c1e-5d4a-4f6b-9c7d-1a2b3c4d5e6f' : undefined
}

/** Reads what somebody sent by its schema, so that what is wrong with it is told in their words. */
export function readSent<Schema extends z.ZodType>(schema: Schema, sent: unknown) {
  return schema.safeParse(sent, { error: personaFor })
}

type Parse = (schema: z.ZodType | undefined, where: string, value: unknown) => unknown

/** Parses path, query and body by the route's schemas and reports what is wrong at once. */
export function parseInput(route: Route, req: Request) {
  const issues: Issue[] = []
  const parse: Parse = (schema, where, value) => {
    if (!schema) return undefined
    const parsed = readSent(schema, value)
    if (parsed.success) return parsed.data
    issues.push(
      ...parsed.error.issues.map((issue) => ({
        path: [where, ...issue.path].join('.'),
        message: issue.message,
      })),
    )
    // A schema may name the problem itself, e.g. area_code_invalid.
    const named = parsed.error.issues.find(
      (issue) => issue.code === 'custom' && issue.params?.problem,
    )
    if (named?.code === 'custom') problem ??= named.params?.problem
    return undefined
  }
  let problem: ProblemCode | undefined
  const input = {
    params: parse(route.params, 'path', req.params) as never,
    query: parse(route.query ?? nothingOf(route), 'query', req.query) as never,
    body: parseBody(route, req, parse) as never,
  }
  if (issues.length > 0) {
    const code = issues.length === 1 && problem ? problem : 'validation_failed'
    throw refusalOf(code, issues)
  }
  return input
}

/** Our own clients send each route what it knows; webhooks and probes come as others configured them. */
function nothingOf(route: Route): z.ZodType | undefined {
  return isForClients(route) ? z.strictObject({}) : undefined
}

/**
 * What a route takes as its body must be there, if only as `{}`: a purchase is not made of nothing; unless
 * the route says that it may be left out. A route that takes none refuses every field, so that nobody believes it was heeded.
 */
function parseBody(route: Route, req: Request, parse: Parse): unknown {
  if (!isForClients(route)) return parse(route.body, 'body', req.body ?? {})
  if (!route.body) return parse(z.strictObject({}), 'body', req.body ?? {}) && undefined
  if (req.body !== undefined) return parse(route.body, 'body', req.body)
  if (route.hasOptionalBody) return parse(route.body, 'body', {})
  return parse(route.body.safeParse({}).success ? Missing : route.body, 'body', {})
}

const Missing = z.never('is missing: send a JSON object, {} where nothing is to be said')
