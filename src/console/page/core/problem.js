/**
 * What the server says of a request that it refuses (application/problem+json).
 * @typedef {{
 *   code: string, detail: string, status: number, requestId?: string,
 *   errors?: { path: string, message: string }[],
 * }} ProblemBody
 */

/** A refusal, in the server's own words. */
export class Problem extends Error {
  /**
   * @param {ProblemBody} body
   * @param {number} [retryAfterSeconds] when to ask again, where the server says so
   */
  constructor(body, retryAfterSeconds) {
    super(body.detail)
    this.name = 'Problem'
    this.code = body.code
    this.status = body.status
    this.requestId = body.requestId
    this.errors = body.errors ?? []
    this.retryAfterSeconds = retryAfterSeconds
  }

  /** What is wrong, by the field it concerns: `body.areaCode` is of `areaCode`. */
  get byField() {
    /** @type {Record<string, string>} */
    const fields = {}
    for (const { path, message } of this.errors) {
      const field = path.replace(/^(body|path|query)\./, '')
      fields[field] ??= message
    }
    return fields
  }
}

/** The server was not reached, or nobody knows whether it was. */
export class Unreachable extends Error {
  /** @param {unknown} [cause] */
  constructor(cause) {
    super('The server cannot be reached. This page goes on as soon as it can.', { cause })
    this.name = 'Unreachable'
  }
}

/** The request was not made for nothing: whoever asked has gone, or asks for something else. */
export const isAbort = (/** @type {unknown} */ error) =>
  error instanceof DOMException && error.name === 'AbortError'

/** The words for an error, whatever it is. @param {unknown} error */
export function wordsOf(error) {
  return error instanceof Error ? error.message : String(error)
}
