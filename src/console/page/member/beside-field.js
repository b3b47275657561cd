import { Problem } from '../core/problem.js'

/**
 * Refusals that are about one field but name none, put beside it, in the server's own words.
 * @param {Record<string, string>} fields the field that each code is about
 * @returns {(error: unknown) => never} for `catch`
 */
export function besideField(fields) {
  return (error) => {
    if (!(error instanceof Problem) || error.errors.length > 0) throw error
    const field = fields[error.code]
    if (!field) throw error
    throw new Problem({
      code: error.code,
      status: error.status,
      detail: error.message,
      requestId: error.requestId,
      errors: [{ path: field, message: error.message }],
    })
  }
}
