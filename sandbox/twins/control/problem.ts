import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import { type Reply, VendorError } from '../core/vendor-error.ts'

/** An error of the control API as problem+json; to be thrown. */
export function problem(status: number, detail: string): VendorError {
  return new VendorError(detail, problemReply(status, detail))
}

/** The problem that goes with a bare status; 400 is what the JSON parser refuses. */
export function failure(status: number): Reply {
  const detail = status === 400 ? 'The body is not valid JSON' : STATUS_CODES[status]
  return problemReply(status, detail ?? 'Error')
}

/** The body as the schema has it; otherwise a 400 that says what is wrong with it. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  throw problem(400, z.prettifyError(result.error))
}

function problemReply(status: number, detail: string): Reply {
  const title = STATUS_CODES[status] ?? 'Error'
  const body = JSON.stringify({ type: 'about:blank', title, status, detail })
  return { status, type: 'application/problem+json', body }
}
