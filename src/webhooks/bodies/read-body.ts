import type { Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import type { Request } from 'express'
import { packingOf } from '../../http/input/packing.ts'
import { AppError } from '../../platform/errors.ts'
import { createKeptBytes, tooLarge } from './kept-bytes.ts'
import { type Place, SMALL_BODY } from './places.ts'

/** None of these takes more than some 50 kB, whatever it is given. */
const unpackers = {
  identity: () => undefined,
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
  const unpacker = unpackers[packing]()
  const kept = createKeptBytes(limit)
  let [length, held] = [0, 0]
  let isLarge = Number(req.get('content-length') ?? 0) > SMALL_BODY
  const hear = (chunk: Buffer) => {
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
  try {
    if (isLarge) place.open()
    await flow(req, unpacker ? req.pipe(unpacker) : req, over, hear)
    return kept.bytes()
  } catch (error) {
    throw error instanceof AppError
      ? error
      : new AppError('validation_failed', 'The body cannot be read', { cause: error })
  } finally {
    if (unpacker) {
      req.unpipe(unpacker)
      unpacker.destroy()
    }
  }
}

/**
 * Gives each part of a body to `hear`, until its end. What goes wrong ends the reading and not the stream:
 * the answer needs the socket. What nobody read any more stays where it is.
 */
function flow(
  req: Request,
  source: Readable,
  over: AbortSignal,
  hear: (chunk: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error) => {
      source.off('data', data).off('end', end).off('error', end)
      over.removeEventListener('abort', late)
      source.pause()
      if (error) reject(error)
      else resolve()
    }
    const data = (chunk: Buffer) => {
      try {
        hear(chunk)
      } catch (error) {
        end(error as Error)
      }
    }
    const late = () => end(over.reason as AppError)
    if (over.aborted) return late()
    over.addEventListener('abort', late, { once: true })
    source.on('data', data).on('end', end)
    // What goes wrong with the request itself, `over` tells.
    if (source !== req) source.on('error', end)
  })
}
