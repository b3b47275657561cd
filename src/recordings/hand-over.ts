import { CarrierError } from '../carriers/ports/carrier-error.ts'
import type { Download, DownloadRequest } from '../carriers/ports/downloads.ts'
import { type Reply, replyBytes, type Transfer } from '../http/route.ts'
import { AppError } from '../platform/errors.ts'
import { dispositionOf } from './content-type.ts'
import { createChoosePart } from './part.ts'
import { createPlaces } from './places.ts'
import { LIMITS, type Limits, watchBytes } from './watch-bytes.ts'

export interface HandedOver {
  /** Opens it at its carrier. */
  open: (request: DownloadRequest) => Promise<Download>
  /** Whose bytes they are; what is called so never changes. */
  key: string
  /** The name of the file, without its ending. */
  name: string
  /** Who asks, as turns and places know them. */
  asker: string
  transfer: Transfer
  /** Writes down that somebody gets it: once it is there, and before the first byte. */
  note: () => Promise<unknown>
}

/**
 * Passes bytes on from a carrier to whoever may have them: of types that no browser runs, no more than it is
 * read, and bounded in bytes, time and number. Nothing of it is kept.
 */
export function createHandOver({
  stopping,
  limits = LIMITS,
}: {
  /** Aborts when the server stops. */
  stopping: AbortSignal
  limits?: Limits
}) {
  const places = createPlaces()
  const choosePart = createChoosePart()

  /**
   * @throws AppError too_many_at_once, content_unfit, range_not_satisfiable, carrier_failed; CarrierError; what
   *   `note` throws
   */
  return async ({ open, key, name, asker, transfer, note }: HandedOver): Promise<Reply> => {
    const leave = places.take(asker)
    const ending = new AbortController()
    const late = setTimeout(() => ending.abort(), limits.stallMs)
    const end = () => {
      ending.abort()
      leave()
    }
    try {
      const signal = AbortSignal.any([transfer.ended, ending.signal])
      const part = await choosePart(open, { key, range: transfer.range, signal })
      clearTimeout(late)
      const { status, type, length, contentRange } = part
      const headers = {
        'Content-Type': type,
        'Content-Disposition': dispositionOf(type, name),
        'X-Content-Type-Options': 'nosniff',
        'Accept-Ranges': 'bytes',
        ...(length !== null && { 'Content-Length': String(length) }),
        ...(contentRange !== null && { 'Content-Range': contentRange }),
      }
      if (transfer.isHead) {
        end()
        part.bytes.destroy()
        return replyBytes(status, headers, null)
      }
      await note()
      return replyBytes(status, headers, watchBytes(part, { end, stopping, limits }))
    } catch (thrown) {
      end()
      throw transfer.ended.aborted ? new AppError('request_unreadable', GONE) : toProblem(thrown)
    } finally {
      clearTimeout(late)
    }
  }
}

const GONE = 'Whoever asked has gone'

/** What cannot be read to its end, or not in time, is the carrier's failure. */
function toProblem(thrown: unknown): unknown {
  if (thrown instanceof AppError || thrown instanceof CarrierError) return thrown
  return new AppError(
    'carrier_failed',
    'What was asked for could not be read: ask for it again in a few seconds',
    { cause: thrown },
  )
}

export type HandOver = ReturnType<typeof createHandOver>
