import type { RequestHandler } from 'express'

/** Refuses a request with `error`, and counts it by `limit`; beyond its budget, with what that says. */
export function refusing(limit: RequestHandler, error: unknown): RequestHandler {
  return (req, res, next) => limit(req, res, (beyond?: unknown) => next(beyond ?? error))
}
