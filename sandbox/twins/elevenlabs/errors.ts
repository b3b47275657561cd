import { z } from 'zod'
import { type Reply, VendorError } from '../core/vendor-error.ts'

/** An error of the ElevenLabs API: `{detail: {status, message}}`. */
export function elevenLabsError(status: number, code: string, message: string): VendorError {
  return new VendorError(message, errorReply(status, code, message))
}

/** 404 for an id this workspace does not have. */
export function notFound(what: string, id: unknown): VendorError {
  return elevenLabsError(404, 'not_found', `${what} with id ${id} not found`)
}

/** 422 for a query parameter that the twin does not have, or has not so. */
export function unheeded(name: string): VendorError {
  const message = `The twin does not know the query parameter ${name}, or not more than once`
  return elevenLabsError(422, 'invalid_parameters', message)
}

/** The error that goes with a bare status. */
export function failure(status: number): Reply {
  const [code, message] = general[status] ?? ['internal_error', 'Something went wrong']
  return errorReply(status, code, message)
}

const general: Record<number, [code: string, message: string]> = {
  400: ['bad_request', 'The request is malformed'],
  401: ['invalid_api_key', 'Invalid API key'],
  403: ['forbidden', 'The API key may not do this'],
  404: ['not_found', 'Not Found'],
  429: ['too_many_concurrent_requests', 'Too many concurrent requests'],
  503: ['service_unavailable', 'The service is unavailable'],
}

function errorReply(status: number, code: string, message: string): Reply {
  return { status, body: { detail: { status: code, message } } }
}

/**
 * The body as the schema has it; otherwise a 422 that lists every issue as
 * `{detail: [{type, loc, msg}]}`.
 */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const detail = result.error.issues.map((issue) => ({
    type: issue.code,
    loc: ['body', ...issue.path],
    msg: issue.message,
  }))
  throw new VendorError(z.prettifyError(result.error), { status: 422, body: { detail } })
}
