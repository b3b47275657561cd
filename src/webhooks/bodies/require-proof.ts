import type { Request, RequestHandler, Response } from 'express'
import type { Forgeries } from '../../http/limits/rate-limit.ts'
import { AppError } from '../../platform/errors.ts'
import { leaveBody, watchBody } from './body-time.ts'
import { busy, type Places } from './places.ts'
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
 * Lets a proven sender in, however busy. Whatever else ends a request counts against its address in
 * `forgeries`, unless we have no room. The proof's form, its time and the address's budget are asked
 * before a byte of the body is read, and the budget again before it is examined. Of an address that is not
 * known, bodies under way and forgeries together are no more than its budget. What a proven body
 * holds is released once what works at it has answered, whether or not anybody still listens.
 */
export function requireProof(
  proof: Proof,
  { forgeries, places, takeTurn, bodyMs }: Unproven,
): RequestHandler {
  return async (req, res, next) => {
    const address = forgeries.addressOf(req)
    const isKnown = forgeries.isKnown(req)
    const place = places.of({ address, connection: req.socket, isKnown })
    const over = watchBody(req, res, bodyMs)
    let end: (() => void) | undefined
    try {
      const begun = proof.begin(req)
      if (!begun || (await forgeries.isSpent(req))) throw unproven(proof)
      end = await forgeries.begin(req)
      if (!end) throw busy()
      place.begin()
      const { take } = begun
      const body = await readBody(req, { place, limit: proof.limit, over, take })
      if (!isKnown) await takeTurn(address, body.length)
      if ((await forgeries.isSpent(req)) || !begun.proves(body)) throw unproven(proof)
    } catch (error) {
      place.release()
      leaveBody(req, res)
      try {
        if (error instanceof AppError && error.code === 'webhooks_busy') throw error
        return await forgeries.count(req, res, (thrown?: unknown) => next(thrown ?? error))
      } finally {
        // Not before it counts: another one would begin in between.
        end?.()
      }
    }
    onceAnswered(res, place.release)
    forgeries.isProven(req)
    end()
    place.leave()
    next()
  }
}

const unproven = ({ detail }: Proof) => new AppError('signature_invalid', detail)

/** No event says so of an answer that nobody gets any more: its sender has hung up, but work goes on. */
function onceAnswered(res: Response, then: () => void): void {
  const end = res.end.bind(res) as (...args: unknown[]) => Response
  res.end = (...args: unknown[]) => {
    then()
    return end(...args)
  }
}
