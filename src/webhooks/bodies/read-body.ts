import { PassThrough, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { Request } from 'express'
import { AppError } from '../../platform/errors.ts'
import { type Place, type Places, SMALL_BODY } from './places.ts'

const unpackers: Record<string, () => Transform> = {
  identity: () => new PassThrough(),
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

export interface Reading {
  /** Whose places it takes. */
  address: string
  places: Places
  /** What is kept at most, unpacked. */
  limit: number
  /** Aborted when the time for the body is over. */
  late: AbortSignal
  /** Is given each part as it comes; whether it is worth keeping. */
  take: (chunk: Buffer) => boolean
}

export interface ReadBody {
  bytes(): Buffer
  /** Its sender is known. */
  isProven(): void
  /** Lets go of what was read, and of its place. */
  release(): void
}

/** What is not kept is hashed, and may be a day's recording, as base64 of MP3. */
const LONGEST = 2_048 * 1_024 * 1_024

/**
 * Reads a body, unpacked, of which nobody knows yet who sent it. What fails is let go of at once, and
 * what is still to come of it runs through unread.
 * @throws AppError webhooks_busy, body_too_large, body_too_slow, unsupported_media_type, validation_failed
 */
export async function readBody(req: Request, reading: Reading): Promise<ReadBody> {
  const { address, places, limit, late, take } = reading
  const encoding = (req.get('content-encoding') ?? 'identity').toLowerCase()
  const source = unpackers[encoding]?.()
  if (!source) throw new AppError('unsupported_media_type', 'The body has an unknown encoding')
  let chunks: Buffer[] = []
  let place: Place | undefined
  let [length, kept] = [0, 0]
  const release = () => {
    chunks = []
    place?.release()
  }
  try {
    if (Number(req.get('content-length') ?? 0) > SMALL_BODY) place = places.open(address)
    for await (const chunk of flowing(req, source, late)) {
      length += chunk.length
      const isKept = take(chunk)
      if (isKept) kept += chunk.length
      // What is packed costs as much where it is not kept.
      if (kept > limit || length > (encoding === 'identity' ? LONGEST : limit))
        throw tooLarge(limit)
      if (!place && length > SMALL_BODY) {
        place = places.open(address)
        place.hold(kept)
      } else if (isKept) {
        place?.hold(chunk.length)
      }
      if (isKept) chunks.push(chunk)
    }
  } catch (error) {
    release()
    req.unpipe(source)
    throw error instanceof AppError
      ? error
      : new AppError('validation_failed', 'The body cannot be read', { cause: error })
  }
  return {
    bytes: () => Buffer.concat(chunks),
    isProven: () => place?.leaveAddress(),
    release,
  }
}

/** The body through `source`, which alone is destroyed by what goes wrong: the answer needs the socket. */
async function* flowing(req: Request, source: Transform, late: AbortSignal) {
  const end = (problem: AppError) => () => void source.destroy(problem)
  const isLate = end(new AppError('body_too_slow', 'The body did not arrive within ten seconds'))
  const isCut = end(new AppError('validation_failed', 'The body ended too early'))
  const isGone = () => {
    if (!req.complete) isCut()
  }
  late.addEventListener('abort', isLate, { once: true })
  req.once('close', isGone)
  // Whoever hung up while the proof was asked about closed it before anybody listened: nothing more comes.
  if (req.destroyed) isCut()
  try {
    yield* req.pipe(source) as AsyncIterable<Buffer>
  } finally {
    late.removeEventListener('abort', isLate)
    req.off('close', isGone)
  }
}

const tooLarge = (limit: number) =>
  new AppError('body_too_large', `The body is more than ${limit / 1_024} kB, the most that is read`)
