import type { Request, RequestHandler, Response } from 'express'
import { ipKeyGenerator, MemoryStore, rateLimit } from 'express-rate-limit'
import { AppError } from '../platform/errors.ts'
import { tokenOf } from './auth.ts'
import { KEY_MARK, type Principal } from './principal.ts'

export type RateLimits = Record<'api' | 'open' | 'guesses' | 'keys' | 'forgeries', RequestHandler>

/**
 * Four budgets per address and minute: for API calls of users and of nobody, for what anybody may ask,
 * for guesses of an
 * organization's key, and for webhooks without a proof of their sender; a busy sender is never turned
 * away, and a forger soon is. An organization's key has one of its own, from wherever it is used, and an
 * operator's none: whoever serves many users sends all their sign-ups from one address.
 */
export function createRateLimits(
  perMinute: number,
  isOperatorsKey: (token: string) => boolean,
): RateLimits {
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
  const guessed = new MemoryStore()
  return {
    api: rateLimit({
      ...options,
      identifier: 'api',
      skip: (req) => isKey(req) || isOperatorsKey(tokenOf(req.headers.authorization) ?? ''),
    }),
    guesses: limitGuesses(
      rateLimit({ ...options, identifier: 'guesses', store: guessed }),
      guessed,
      perMinute,
    ),
    keys: rateLimit({
      ...options,
      identifier: 'key',
      skip: (_req, res) => keyIdOf(res) === undefined,
      keyGenerator: (_req, res) => keyIdOf(res) ?? '',
    }),
    open: rateLimit({ ...options, identifier: 'open' }),
    forgeries: rateLimit({ ...options, identifier: 'forgeries' }),
  }
}

/** Counts the keys that were refused, and asks `limiter` only once they were too many. */
function limitGuesses(limiter: RequestHandler, guessed: MemoryStore, most: number): RequestHandler {
  return async (req, res, next) => {
    if (!isKey(req)) return next()
    const address = ipKeyGenerator(req.ip ?? '')
    const before = await guessed.get(address)
    if ((before?.totalHits ?? 0) >= most) return limiter(req, res, next)
    res.on('finish', () => {
      if (res.statusCode === 401) void guessed.increment(address)
    })
    next()
  }
}

const isKey = (req: Pick<Request, 'headers'>) =>
  tokenOf(req.headers.authorization)?.startsWith(KEY_MARK) === true

function keyIdOf(res: Pick<Response, 'locals'>): string | undefined {
  const principal = res.locals.principal as Principal
  return principal.kind === 'key' ? principal.keyId : undefined
}
