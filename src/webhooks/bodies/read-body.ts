import { PassThrough, type Transform } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import type { Request } from 'express'
import { packingOf } from '../../http/input/packing.ts'
import { AppError } from '../../platform/errors.ts'
import { createKeptBytes, tooLarge } from './kept-bytes.ts'
import { type Place, SMALL_BODY } from './places.ts'

/** None of these takes more than some 50 kB, whatever it is given. */
const unpackers = {
  identity: () => new PassThrough(),
  gzip: createGunzip,
  deflate: createInflate,
}

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
 * Reads a body, unpacked, of which nobody knows yet who sent it.
 * @returns what is kept of it
 * @throws AppError webhooks_busy, body_too_large, body_too_slow, unsupported_media_type, validation_failed
 */
export async function readBody(req: Request, reading: Reading): Promise<Buffer> {
  const { place, limit, over, take } = reading
  const packing = packingOf(req)
  const source = unpackers[packing]()
  const kept = createKeptBytes(limit)
  let [length, held] = [0, 0]
  let isLarge = Number(req.get('content-length') ?? 0) > SMALL_BODY
  try {
    if (isLarge) place.open()
    for await (const chunk of flowing(req, source, over)) {
      length += chunk.length
      if (take(chunk)) kept.add(chunk)
      // What is packed costs as much where it is not kept.
      if (length > (packing === 'identity' ? LONGEST : limit)) throw tooLarge(limit)
      isLarge ||= length > SMALL_BODY
      if (isLarge) {
        place.open()
        place.hold(kept.capacity - held)
        held = kept.capacity
      }
    }
    return kept.bytes()
  } catch (error) {
    req.unpipe(source)
    throw error instanceof AppError
      ? error
      : new AppError('validation_failed', 'The body cannot be read', { cause: error })
  }
}

/** The body through `source`, which alone is destroyed by what goes wrong: the answer needs the socket. */
async function* flowing(req: Request, source: Transform, over: AbortSignal) {
  const end = () => void source.destroy(over.reason as AppError)
  over.addEventListener('abort', end, { once: true })
  if (over.aborted) end()
  try {
    yield* req.pipe(source) as AsyncIterable<Buffer>
  } finally {
    over.removeEventListener('abort', end)
  }
}
