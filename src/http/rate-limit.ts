import type { RequestHandler, Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import { AppError } from '../platform/errors.ts'
import type { Principal } from './principal.ts'

/**
 * Two budgets per address and minute: one for API calls, and one for webhooks without a proof of
 * their sender, so that a busy sender is never turned away and a forger soon is. An organization's
 * key has a third, from wherever it is used.
 */
export function createRateLimits(perMinute: number): {
  api: RequestHandler
  keys: RequestHandler
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
    keys: rateLimit({
      ...options,
      identifier: 'key',
      skip: (_req, res) => keyIdOf(res) === undefined,
      keyGenerator: (_req, res) => keyIdOf(res) ?? '',
    }),
    forgeries: rateLimit({ ...options, identifier: 'forgeries' }),
  }
}

function keyIdOf(res: Pick<Response, 'locals'>): string | undefined {
  const principal = res.locals.principal as Principal
  return principal.kind === 'key' ? principal.keyId : undefined
}
