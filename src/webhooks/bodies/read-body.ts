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
 * Reads a body, unpacked, of which nobody knows yet who sent it. What has come counts as well as what it
 * unpacks to: more than small of either needs a place, and so much is reserved where its address is not
 * known. However it ends, nothing of it is held any more.
 * @returns what is kept of it
 * @throws AppError webhooks_busy, body_too_large, body_too_slow, unsupported_media_type, validation_failed
 */
export async function readBody(req: Request, reading: Reading): Promise<Buffer> {
  const { place, limit, over, take } = reading
  const packing = packingOf(req)
  const kept = createKeptBytes(limit)
  // What is packed costs as much where it is not kept.
  const longest = packing === 'identity' ? LONGEST : limit
  const announced = Number(req.get('content-length') ?? Number.NaN)
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
    place.reserve(packing === 'identity' && announced >= 0 ? announced : SMALL_BODY)
    if (announced > SMALL_BODY) place.open()
    // Nearly all of them, and no more of it can come than is held anyway.
    if (packing === 'identity' && announced <= SMALL_BODY) await eachPart(req, over, hear)
    else await eachUnpacked(req, unpackers[packing](), { over, allow, hear })
    return kept.bytes()
  } catch (error) {
    throw error instanceof AppError
      ? error
      : new AppError('validation_failed', 'The body cannot be read', { cause: error })
  } finally {
    kept.drop()
  }
}

type Hear = (chunk: Buffer) => void

/** As it comes: a stream in between costs more than all else that is done for a short body. */
function eachPart(req: Request, over: AbortSignal, hear: Hear): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: unknown) => {
      req.off('data', data).off('end', end)
      over.removeEventListener('abort', late)
      req.pause()
      if (error === undefined) resolve()
      else reject(error)
    }
    const data = (chunk: Buffer) => {
      try {
        hear(chunk)
      } catch (error) {
        end(error)
      }
    }
    // What goes wrong with the request itself, `over` tells.
    const late = () => end(over.reason)
    if (over.aborted) return late()
    over.addEventListener('abort', late, { once: true })
    req.on('data', data).on('end', end)
  })
}

interface Through {
  over: AbortSignal
  /** Is told how much has come, and throws where that is too much. */
  allow: (bytes: number) => void
  hear: Hear
}

/** Through a stream, which holds its sender back while there is more than can be heard. */
async function eachUnpacked(req: Request, source: Unpacker, through: Through): Promise<void> {
  try {
    for await (const chunk of flowing(req, source, through)) through.hear(chunk)
  } catch (error) {
    req.unpipe(source)
    throw error
  }
}

type Unpacker = Transform & { bytesWritten?: number }

/** The body through `source`, which alone is destroyed by what goes wrong: the answer needs the socket. */
async function* flowing(req: Request, source: Unpacker, { over, allow }: Through) {
  let came = 0
  const end = () => void source.destroy(over.reason as AppError)
  const count = (part: Buffer) => {
    came += part.length
    try {
      allow(came)
    } catch (error) {
      source.destroy(error as AppError)
    }
  }
  over.addEventListener('abort', end, { once: true })
  req.on('data', count)
  if (over.aborted) end()
  try {
    yield* req.pipe(source) as AsyncIterable<Buffer>
    // What follows the end of what is packed would go on coming, unread by anybody.
    if (!req.readableEnded || (source.bytesWritten ?? came) < came) throw new Error('has a tail')
  } finally {
    over.removeEventListener('abort', end)
    req.off('data', count)
  }
}
