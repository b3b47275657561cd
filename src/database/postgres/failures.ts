import { DatabaseError } from 'pg'
import { toError } from '../../platform/errors.ts'

/**
 * HTTP statuses by SQLSTATE, longest prefix first.
 * Source: PostgREST documentation, "Errors", table of HTTP status codes.
 */
const statuses: [prefix: string, status: number][] = [
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['42501', 403],
  ['42883', 404],
  ['42P01', 404],
  ['42P17', 500],
  ['53400', 500],
  ['57P01', 503],
  ['P0001', 400],
  ['08', 503],
  ['09', 500],
  ['0L', 403],
  ['0P', 403],
  ['25', 500],
  ['28', 403],
  ['2D', 500],
  ['38', 500],
  ['39', 500],
  ['3B', 500],
  ['40', 500],
  ['53', 503],
  ['54', 500],
  ['55', 500],
  ['57', 500],
  ['58', 500],
  ['F0', 500],
  ['HV', 500],
  ['P0', 500],
  ['XX', 500],
]

/** An error in PostgREST's terms. */
export interface Failure {
  error: { code: string; message: string; details: string | null; hint: string | null }
  status: number
}

/** What a failed query, or a database that cannot be reached at all, is in PostgREST's terms. */
export function failureOf(error: unknown): Failure {
  // Only PostgreSQL's own errors have an SQLSTATE; the codes of the network ("EPIPE") look alike.
  if (!(error instanceof DatabaseError)) {
    // Several addresses that failed have a code, and no message.
    const { code } = toError(error) as Error & { code?: string }
    const message = `Database connection error: ${toError(error).message || code}`
    return { status: 503, error: { code: 'PGRST001', message, details: code ?? null, hint: null } }
  }
  const { code = 'XX000', severity, message, detail, hint } = error
  // FATAL: there is no connection (any more), whatever the code says of the reason.
  const status =
    severity === 'FATAL' ? 503 : (statuses.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400)
  return { status, error: { code, message, details: detail ?? null, hint: hint ?? null } }
}

/** No function of that name takes these arguments. */
export function missingFunction(name: string): Failure {
  const message = `Could not find the function public.${name} with these arguments`
  return { status: 404, error: { code: 'PGRST202', message, details: null, hint: null } }
}
