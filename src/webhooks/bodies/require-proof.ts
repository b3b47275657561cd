import type { Request, RequestHandler, Response } from 'express'
import { watchBody } from '../../http/input/body-time.ts'
import type { Forgeries } from '../../http/limits/rate-limit.ts'
import { refusing } from '../../http/limits/refusing.ts'
import { AppError } from '../../platform/errors.ts'
import type { Places } from './places.ts'
import { readBody } from './read-body.ts'
import type { TakeTurn } from './turns.ts'

/** How one kind of sender proves itself. */
export interface Proof {
  /** Of a body, unpacked, in bytes. */
  limit: number
  /** What a wrong one has to be told. */
  detail: string
  /** Asks what stands before the body; undefined where nothing in the body could prove it any more. */
  begin(req: Request): BodyProof | undefined
}

interface BodyProof {
  /** Is given each part of the body; whether it is to be kept. */
  take(chunk: Buffer): boolean
  /** Whether the sender is who they should be; if so, `req.body` is what the route gets. */
  proves(body: Buffer): boolean
}

/** What all kinds of senders share. */
export interface Unproven {
  forgeries: Forgeries
  places: Places
  takeTurn: TakeTurn
  bodyMs?: number
}

/**
 * Lets a proven sender in, however often it sends. Whatever else ends a request counts against its address
 * in `forgeries`, unless we have no room. The proof's form, its time and the address's budget are asked
 * before a byte of the body is read, and the budget again before it is examined. Of an address that is not
 * known, bodies under way are as many as fit into its bytes; what does not is to come again, and so is what
 * others of its address have left no budget for: it may be a true one, so it never gets a 4xx for them. What a
 * proven body holds is released once what works at it has answered, whether or not anybody still listens.
 */
export function requireProof(
  proof: Proof,
  { forgeries, places, takeTurn, ...time }: Unproven,
): RequestHandler {
  return async (req, res, next) => {
    const address = forgeries.addressOf(req)
    const isKnown = forgeries.isKnown(req)
    const place = places.of({ address, connection: req.socket, isKnown })
    const over = watchBody(req, res, time)
    try {
      const begun = proof.begin(req)
      if (!begun) throw unproven(proof)
      if (await forgeries.isSpent(req)) throw crowded()
      place.begin()
      const { take } = begun
      const body = await readBody(req, { place, limit: proof.limit, over, take })
      // Of those that came together, one opens the address for the others.
      if (!forgeries.isKnown(req)) await takeTurn(address, body.length)
      if (await forgeries.isSpent(req)) throw crowded()
      if (!begun.proves(body)) throw unproven(proof)
    } catch (error) {
      place.release()
      if (error instanceof AppError && error.code === 'webhooks_busy') throw error
      return refusing(forgeries.count, error)(req, res, next)
    }
    onceAnswered(res, place.release)
    forgeries.isProven(req)
    place.leave()
    next()
  }
}

const unproven = ({ detail }: Proof) => new AppError('signature_invalid', detail)

/** How long the budget of an address is in force. */
const CROWDED_SECONDS = 60

const crowded = () =>
  new AppError(
    'webhooks_busy',
    'Too many webhooks from this address prove nothing: send it again in a minute',
    { retryAfterSeconds: CROWDED_SECONDS },
  )

/** No event says so of an answer that nobody gets any more: its sender has hung up, but work goes on. */
function onceAnswered(res: Response, then: () => void): void {
  const end = res.end.bind(res) as (...args: unknown[]) => Response
  res.end = (...args: unknown[]) => {
    then()
    return end(...args)
  }
}
