import { PassThrough, type Transform } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import type { Request } from 'express'
import { AppError } from '../../platform/errors.ts'
import type { Packing } from './packing.ts'

/** None of these takes more than some 50 kB, whatever it is given. */
const unpackers = {
  identity: () => new PassThrough(),
  gzip: createGunzip,
  deflate: createInflate,
}

/** Is given each part, unpacked. */
export type Hear = (chunk: Buffer) => void

/** Hears a body as it comes, until `over`: a stream in between costs more than all else that is done for a short body. */
export function eachPart(req: Request, over: AbortSignal, hear: Hear): Promise<void> {
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

export interface Through {
  over: AbortSignal
  /** Is told how much has come, and throws where that is too much. */
  allow: (bytes: number) => void
  hear: Hear
}

/** Hears a body through a stream, which holds its sender back while there is more than can be heard. */
export async function eachUnpacked(
  req: Request,
  packing: Packing,
  through: Through,
): Promise<void> {
  const source: Unpacker = unpackers[packing]()
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

/** What went wrong with a body, in words for its sender. */
export const unreadable = (error: unknown) =>
  error instanceof AppError
    ? error
    : new AppError(
        'validation_failed',
        'The body cannot be unpacked as its header Content-Encoding says: send it whole, packed in that way, or without that header',
        { cause: error },
      )
