import type { Request, RequestHandler } from 'express'
import type { MemoryStore } from 'express-rate-limit'
import { AppError } from '../../platform/errors.ts'
import { tokenOf } from '../auth.ts'
import { addressOf } from '../input/sender-address.ts'
import { KEY_MARK } from '../principal.ts'
import { rateLimited } from './rate-limited.ts'
import { refusing } from './refusing.ts'

/**
 * `authenticate`, with refused keys of organizations counted: also for whoever does not wait for the
 * answer. What an address asks at once beyond its budget waits until enough of its keys were found.
 * @throws AppError rate_limited, once too many were refused
 */
export type LimitGuesses = (authenticate: RequestHandler) => RequestHandler

/** Look-ups of an address: all that came, those at the database, and what wakes those that wait. */
interface LookUps {
  asked: number
  running: number
  waiting: (() => void)[]
}

/**
 * Of each address, look-ups under way and refused ones together are at most `most`: a guess is paid for
 * before the database is asked, and a true key has its place back with its answer.
 */
export function limitGuesses(
  limiter: RequestHandler,
  refused: MemoryStore,
  most: number,
): LimitGuesses {
  const byAddress = new Map<string, LookUps>()

  /** Whether a look-up may begin, which it then has; false: too many were refused. */
  async function begin(address: string, lookUps: LookUps): Promise<boolean> {
    for (;;) {
      const hits = (await refused.get(address))?.totalHits ?? 0
      if (hits >= most) return false
      if (hits + lookUps.running < most) break
      await new Promise<void>((resolve) => lookUps.waiting.push(resolve))
    }
    lookUps.running += 1
    return true
  }

  /** Wakes as many as there is room for; all, to be refused, where too many were. */
  async function wake(address: string, lookUps: LookUps): Promise<void> {
    const hits = (await refused.get(address))?.totalHits ?? 0
    const room = hits >= most ? lookUps.waiting.length : most - hits - lookUps.running
    for (const go of lookUps.waiting.splice(0, Math.max(room, 0))) go()
  }

  return (authenticate) => async (req, res, next) => {
    if (!isKey(req)) return authenticate(req, res, next)
    const address = addressOf(req)
    const lookUps = byAddress.get(address) ?? { asked: 0, running: 0, waiting: [] }
    byAddress.set(address, lookUps)
    lookUps.asked += 1
    const hasBegun = await begin(address, lookUps)
    try {
      if (hasBegun) return await authenticate(req, res, next)
      // Refused also where the window ends here: nobody has looked the key up, so nothing lets it through.
      return await refusing(limiter, rateLimited(most))(req, res, next)
    } catch (error) {
      const isRefused = error instanceof AppError && error.code === 'unauthorized'
      if (hasBegun && isRefused) await refused.increment(address)
      throw error
    } finally {
      if (hasBegun) lookUps.running -= 1
      if (lookUps.waiting.length > 0) await wake(address, lookUps)
      lookUps.asked -= 1
      if (lookUps.asked === 0) byAddress.delete(address)
    }
  }
}

export const isKey = (req: Pick<Request, 'headers'>) =>
  tokenOf(req.headers.authorization)?.startsWith(KEY_MARK) === true
