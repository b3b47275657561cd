import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import { AppError } from '../platform/errors.ts'

/**
 * Two budgets per address and minute: one for API calls, and one for webhooks without a proof of
 * their sender, so that a busy sender is never turned away and a forger soon is.
 */
export function createRateLimits(perMinute: number): {
  api: RequestHandler
  forgeries: RequestHandler
} {
  const options = {
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8' as const,
    legacyHeaders: false,
    handler: () => {
      throw new AppError(
        'rate_limited',
        `More than ${perMinute} requests in a minute: wait a little`,
      )
    },
  }
  return {
    api: rateLimit({ ...options, identifier: 'api' }),
    forgeries: rateLimit({ ...options, identifier: 'forgeries' }),
  }
}
