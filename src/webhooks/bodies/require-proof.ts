import type { Request, RequestHandler } from 'express'
import type { Forgeries } from '../../http/rate-limit.ts'
import { AppError } from '../../platform/errors.ts'
import { leaveBody, watchBodyTime } from './body-time.ts'
import type { Places } from './places.ts'
import { readBody } from './read-body.ts'
import { createTurns } from './turns.ts'

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

/**
 * Lets a proven sender in, however busy; others are turned away, and counted by `forgeries`. The proof's
 * form, its time and the address's budget are asked before a byte of the body is read.
 */
export function requireProof(
  proof: Proof,
  { forgeries, places, bodyMs }: { forgeries: Forgeries; places: Places; bodyMs?: number },
): RequestHandler {
  const turn = createTurns()
  return async (req, res, next) => {
    const late = watchBodyTime(req, res, bodyMs)
    const refuse = () => {
      leaveBody(req, res)
      forgeries.count(req, res, (thrown?: unknown) =>
        next(thrown ?? new AppError('signature_invalid', proof.detail)),
      )
    }
    const begun = proof.begin(req)
    if (!begun || (await forgeries.isSpent(req))) return refuse()
    const { limit } = proof
    const { take } = begun
    const body = await readBody(req, {
      address: forgeries.addressOf(req),
      places,
      limit,
      late,
      take,
    }).catch((error: unknown) => {
      leaveBody(req, res)
      throw error
    })
    if (!forgeries.isKnown(req)) await turn()
    if (!begun.proves(body.bytes())) {
      body.release()
      return refuse()
    }
    forgeries.isProven(req)
    body.isProven()
    res.once('close', body.release)
    next()
  }
}
