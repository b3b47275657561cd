import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import { z } from 'zod'
import {
  AppError,
  ofTooMuchAtOnce,
  type ProblemCode,
  problemStatus,
  toError,
} from '../platform/errors.ts'
import { truncate } from '../platform/truncate.ts'
import { refusing } from './limits/refusing.ts'
import type { Principal } from './principal.ts'
import { loggerOf, requestIdOf } from './request-context.ts'

/** RFC 9457, plus our code, the request’s id, the first validation issues, and `error` (= detail). */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(Object.keys(problemStatus) as [ProblemCode, ...ProblemCode[]]),
    requestId: z.string(),
    error: z.string(),
    organizationId: z
      .guid()
      .optional()
      .describe('of already_signed_up: the organization to go on with'),
    first: z
      .object({ id: z.guid(), status: z.string() })
      .optional()
      .describe('of repeated_too_soon: the call or text that was asked for before, and its state'),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })

const RETRY_AFTER_SECONDS = 5

/** Characters that a problem says of a request, and of its path, however long that is. */
const MOST_DETAIL = 2_000
const MOST_PATH = 300

/** The last error handler: every failure becomes application/problem+json. */
export const answerProblem: ErrorRequestHandler = (thrown: unknown, req, res, next) => {
  const problem = toProblem(thrown)
  if (problem.status >= 500 && !ofTooMuchAtOnce.includes(problem.code))
    loggerOf(req).error({ err: toError(problem.cause ?? thrown) }, problem.message)
  // For the log, which tells of each reason once a second.
  res.locals.problem = problem.code
  if (res.headersSent) return next(thrown)
  // The rate limit knows better when it ends, and has said so.
  const isWorthAsking =
    problem.status === 503 || problem.status === 429 || problem.retryAfterSeconds !== undefined
  if (isWorthAsking && !res.hasHeader('Retry-After'))
    res.set('Retry-After', String(problem.retryAfterSeconds ?? RETRY_AFTER_SECONDS))
  if (problem.headers) res.set(problem.headers)
  if (problem.status === 401) res.set('WWW-Authenticate', challengeTo(req))
  const isOperator = (res.locals.principal as Principal | undefined)?.kind === 'admin'
  const detail = truncate((isOperator && problem.forOperators) || problem.message, MOST_DETAIL)
  const body: z.input<typeof Problem> = {
    ...problemBody(problem.code, {
      detail,
      instance: toUriReference(req.originalUrl),
      requestId: requestIdOf(req),
    }),
    ...(problem.organizationId && { organizationId: problem.organizationId }),
    ...(problem.first && { first: problem.first }),
    ...(problem.issues && { errors: problem.issues }),
  }
  res.status(problem.status).type('application/problem+json').send(JSON.stringify(body))
}

/** What every problem says of itself, whoever writes it. */
export function problemBody(
  code: ProblemCode,
  shown: { detail: string; instance: string; requestId: string },
) {
  return {
    type: `urn:orgline:problem:${code}`,
    title: titleOf(code),
    status: problemStatus[code],
    code,
    error: shown.detail,
    ...shown,
  }
}

/** RFC 6750: why is told only to whoever sent a token. */
function challengeTo(req: Request): string {
  return /^Bearer \S/i.test(req.headers.authorization ?? '')
    ? 'Bearer error="invalid_token"'
    : 'Bearer'
}

/**
 * The path as RFC 3986 writes it, whatever was sent as one, or the beginning of a long one; `//` at its
 * beginning would name a host.
 */
function toUriReference(url: string): string {
  const [path = ''] = url.split('?')
  return truncate(path, MOST_PATH)
    .replace(/^\/{2,}/, '/.//')
    .replace(/%(?![0-9a-f]{2})/gi, '%25')
    .replace(/[^\w\-.~!$&'()*+,;=:@/%]/g, encodeURIComponent)
}

/** The path as a sentence names it. */
export function shownPath(req: Pick<Request, 'path'>): string {
  return truncate(req.path, MOST_PATH)
}

/** Counts by `limit` what Express could not read as a path, before it asked any guard. */
export function limitUnreadable(limit: RequestHandler): ErrorRequestHandler {
  return (thrown, req, res, next) => {
    if (!(thrown instanceof URIError)) return next(thrown)
    return refusing(limit, thrown)(req, res, next)
  }
}

export const answerNotFound: RequestHandler = (req) => {
  throw new AppError(
    'not_found',
    `There is nothing at ${shownPath(req)}; /openapi.json lists what there is`,
  )
}

function toProblem(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const {
    status,
    name,
    message = '',
    words = '',
  } = thrown as {
    status?: number
    name?: string
    message?: string
    words?: string
  }
  // Another room's class, by what is known of it here: `words` for anybody, `message` for operators.
  if (name === 'CarrierError')
    return new AppError('carrier_failed', words, { forOperators: message, cause: thrown })
  if (status !== undefined && status >= 400 && status < 500)
    return new AppError(
      'validation_failed',
      'The request cannot be read: check that its path and its query are encoded as UTF-8',
    )
  return new AppError(
    'internal_error',
    'Something went wrong on our side; the request id leads to the log entry',
    { cause: thrown },
  )
}

function titleOf(code: ProblemCode): string {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
