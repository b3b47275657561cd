import type { Request, RequestHandler } from 'express'
import type { Forgeries } from '../../http/limits/rate-limit.ts'
import { AppError } from '../../platform/errors.ts'
import { leaveBody, watchBody } from './body-time.ts'
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
 * Lets a proven sender in, however busy. Whatever else ends a request counts against its address in
 * `forgeries`, unless we have no room. The proof's form, its time and the address's budget are asked
 * before a byte of the body is read; what the body holds is released when the request ends, however.
 */
export function requireProof(
  proof: Proof,
  { forgeries, places, bodyMs }: { forgeries: Forgeries; places: Places; bodyMs?: number },
): RequestHandler {
  const turn = createTurns()
  return async (req, res, next) => {
    const place = places.of(forgeries.addressOf(req))
    // What is still unpacked is still held, also where its sender has hung up: both have to be over.
    let isRead = false
    res.once('close', () => {
      if (isRead) place.release()
    })
    const over = watchBody(req, res, bodyMs)
    try {
      const begun = proof.begin(req)
      if (!begun || (await forgeries.isSpent(req))) throw unproven(proof)
      const { take } = begun
      const chunks = await readBody(req, { place, limit: proof.limit, over, take })
      if (!forgeries.isKnown(req)) await turn()
      if (!begun.proves(Buffer.concat(chunks))) throw unproven(proof)
    } catch (error) {
      place.release()
      leaveBody(req, res)
      if (error instanceof AppError && error.code === 'webhooks_busy') throw error
      return forgeries.count(req, res, (thrown?: unknown) => next(thrown ?? error))
    }
    isRead = true
    if (res.closed) place.release()
    forgeries.isProven(req)
    place.leaveAddress()
    next()
  }
}

const unproven = ({ detail }: Proof) => new AppError('signature_invalid', detail)
