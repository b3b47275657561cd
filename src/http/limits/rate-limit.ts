import type { Request, RequestHandler, Response } from 'express'
import { MemoryStore, rateLimit } from 'express-rate-limit'
import { tokenOf } from '../auth.ts'
import { addressOf } from '../input/sender-address.ts'
import type { Principal } from '../principal.ts'
import { isKey, type LimitGuesses, limitGuesses } from './key-guesses.ts'
import { rateLimited } from './rate-limited.ts'
import { createRecent } from './recent.ts'

export type RateLimits = Record<'api' | 'open' | 'files' | 'keys', RequestHandler> & {
  guesses: LimitGuesses
  forgeries: Forgeries
}

/** Webhooks without a proof of their sender, by address. */
export interface Forgeries {
  /** Whose budget it is. */
  addressOf(req: Request): string
  /** Whether the address has proven itself within an hour. */
  isKnown(req: Request): boolean
  /** Whether the address has none left, so that nothing more of it is read; never a known one. */
  isSpent(req: Request): Promise<boolean>
  /** Counts one. @throws AppError rate_limited, beyond the budget */
  count: RequestHandler
  /** The address has proven itself, for an hour. */
  isProven(req: Request): void
}

/**
 * Five budgets per address and minute: for API calls of users and of nobody, for what anybody may ask, for the
 * files of a page, for guesses of an organization's key, and for webhooks without a proof of their sender. What is proven
 * counts in none of the last, so no sender uses it up however busy, and a forger soon does. The keys of an
 * organization share one of its own, from wherever they are used. An operator's has none: whoever serves many
 * users sends all their sign-ups from one address.
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
      throw rateLimited(perMinute)
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
      skip: (_req, res) => organizationOf(res) === undefined,
      keyGenerator: (_req, res) => organizationOf(res) ?? '',
    }),
    open: rateLimit({ ...options, identifier: 'open' }),
    files: rateLimit({
      ...options,
      identifier: 'files',
      limit: perMinute * FILES_OF_A_PAGE,
      handler: () => {
        throw rateLimited(perMinute * FILES_OF_A_PAGE)
      },
    }),
    forgeries: limitForgeries(
      (store) => rateLimit({ ...options, identifier: 'forgeries', store }),
      perMinute,
    ),
  }
}

/** A browser asks for so many files at once, the first time that it opens the page. They are in memory. */
const FILES_OF_A_PAGE = 100

/** How long an address counts as a sender's, and how many do at most: more have no carrier. */
const PROVEN_MS = 3_600_000
const MAX_PROVEN = 1_000

/**
 * Behind a proxy that this server was not told of, forgers and carriers have one address. So what proves
 * itself opens the address for others of its kind. A carrier that was silent for an hour can be shut out while
 * forgers go on: then the catch-up readers find its texts and calls.
 */
function limitForgeries(
  limiterOf: (store: MemoryStore) => RequestHandler,
  most: number,
): Forgeries {
  const counted = new MemoryStore()
  const proven = createRecent(PROVEN_MS, MAX_PROVEN)
  const isKnown = (req: Request) => proven.has(addressOf(req))
  const hits = async (req: Request) => (await counted.get(addressOf(req)))?.totalHits ?? 0
  return {
    addressOf,
    isKnown,
    isSpent: async (req) => !isKnown(req) && (await hits(req)) >= most,
    count: limiterOf(counted),
    isProven: (req) => proven.note(addressOf(req)),
  }
}

function organizationOf(res: Pick<Response, 'locals'>): string | undefined {
  const principal = res.locals.principal as Principal
  return principal.kind === 'key' ? principal.organizationId : undefined
}
