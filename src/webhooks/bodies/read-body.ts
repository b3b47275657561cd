import type { Request } from 'express'
import { eachPart, eachUnpacked, unreadable } from '../../http/input/body-parts.ts'
import { createKeptBytes, tooLarge } from '../../http/input/kept-bytes.ts'
import { packingOf } from '../../http/input/packing.ts'
import { type Place, SMALL_BODY } from './places.ts'

export interface Reading {
  /** What holds the place and the bytes. */
  place: Place
  /** What is kept at most, unpacked. */
  limit: number
  /** Aborted, with why, when nothing more of the body will come. */
  over: AbortSignal
  /** Is given each part as it comes; whether it is worth keeping. */
  take: (chunk: Buffer) => boolean
}

/** What is not kept is hashed, and may be a day's recording, as base64 of MP3. */
const LONGEST = 2_048 * 1_024 * 1_024

/**
 * Reads a body, unpacked, of which nobody knows yet who sent it. What has come counts as well as what it
 * unpacks to: more than small of either needs a place, and so much is reserved where its address is not
 * known. However it ends, nothing of it is held any more.
 * @returns what is kept of it
 * @throws AppError webhooks_busy, body_too_large, body_too_slow, unsupported_media_type, validation_failed
 */
export async function readBody(req: Request, reading: Reading): Promise<Buffer> {
  const { place, limit, over, take } = reading
  const packing = packingOf(req)
  // What is packed costs as much where it is not kept.
  const longest = packing === 'identity' ? LONGEST : limit
  const announced = Number(req.get('content-length') ?? Number.NaN)
  const isAsAnnounced = packing === 'identity' && announced >= 0
  // No block is longer than what is still to come, so that no more is held than is reserved.
  const kept = createKeptBytes(isAsAnnounced ? Math.min(announced, limit) : limit)
  let [length, held] = [0, 0]
  const allow = (bytes: number) => {
    if (bytes > longest) throw tooLarge(limit)
    if (bytes > SMALL_BODY) place.open()
  }
  const hear = (chunk: Buffer) => {
    length += chunk.length
    allow(length)
    if (take(chunk) && !kept.add(chunk)) throw tooLarge(limit)
    if (length > SMALL_BODY) {
      place.hold(kept.capacity - held)
      held = kept.capacity
    }
  }
  try {
    // What is packed says nothing of what it unpacks to.
    place.reserve(isAsAnnounced ? announced : SMALL_BODY)
    if (announced > SMALL_BODY) place.open()
    // Nearly all of them, and no more of it can come than is held anyway.
    if (packing === 'identity' && announced <= SMALL_BODY) await eachPart(req, over, hear)
    else await eachUnpacked(req, packing, { over, allow, hear })
    return kept.bytes()
  } catch (error) {
    throw unreadable(error)
  } finally {
    kept.drop()
  }
}
