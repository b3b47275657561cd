import { PassThrough, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { Request } from 'express'
import { unknownEncoding } from '../../http/problem.ts'
import { AppError } from '../../platform/errors.ts'
import { type Place, SMALL_BODY } from './places.ts'

const unpackers: Record<string, () => Transform> = {
  identity: () => new PassThrough(),
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
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
 * @returns the parts that are kept
 * @throws AppError webhooks_busy, body_too_large, body_too_slow, unsupported_media_type, validation_failed
 */
export async function readBody(req: Request, reading: Reading): Promise<Buffer[]> {
  const { place, limit, over, take } = reading
  const encoding = (req.get('content-encoding') ?? 'identity').toLowerCase()
  const source = unpackers[encoding]?.()
  if (!source) throw unknownEncoding()
  const chunks: Buffer[] = []
  let [length, kept, held] = [0, 0, 0]
  let isLarge = Number(req.get('content-length') ?? 0) > SMALL_BODY
  try {
    if (isLarge) place.open()
    for await (const chunk of flowing(req, source, over)) {
      length += chunk.length
      const isKept = take(chunk)
      if (isKept) kept += chunk.length
      // What is packed costs as much where it is not kept.
      if (kept > limit || length > (encoding === 'identity' ? LONGEST : limit))
        throw tooLarge(limit)
      isLarge ||= length > SMALL_BODY
      if (isLarge) {
        place.open()
        place.hold(kept - held)
        held = kept
      }
      if (isKept) chunks.push(chunk)
    }
    return chunks
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

const tooLarge = (limit: number) =>
  new AppError('body_too_large', `The body is more than ${limit / 1_024} kB, the most that is read`)
