import { Readable } from 'node:stream'
import { AppError } from '../platform/errors.ts'
import { MOST_BYTES, type Part, tooLong } from './part.ts'

/** How long nothing may move, whoever is to blame: who sends, or who does not read. */
const STALL_MS = 30_000

/** How long all of it may take. */
const ALL_MS = 900_000

/** How long it goes on once the server stops: less than the server has for that. */
const STOP_MS = 2_000

export interface Limits {
  stallMs: number
  allMs: number
  stopMs: number
  mostBytes: number
}

export const LIMITS: Limits = {
  stallMs: STALL_MS,
  allMs: ALL_MS,
  stopMs: STOP_MS,
  mostBytes: MOST_BYTES,
}

/**
 * The bytes of a part as they are read, no faster. They break off, and the request with them, where nothing moves
 * for too long, when all of it takes too long, or when the server stops; whoever has a part of them can ask
 * for the rest. `end`: ends the request to the carrier. Fewer bytes than were promised are an error.
 */
export function watchBytes(
  part: Part,
  { end, stopping, limits }: { end: () => void; stopping: AbortSignal; limits: Limits },
): Readable {
  const breakOff = () => void body.destroy()
  const stall = setTimeout(breakOff, limits.stallMs)
  const all = setTimeout(breakOff, limits.allMs)
  let stop: NodeJS.Timeout | undefined
  const onStop = () => {
    stop = setTimeout(breakOff, limits.stopMs)
  }
  const chunks = bytesOf(part, limits.mostBytes, () => stall.refresh())
  const body = new Readable({
    read() {
      chunks.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (cause: unknown) =>
          this.destroy(new AppError('carrier_failed', 'What was being sent broke off', { cause })),
      )
    },
    // At its end, too; whatever is asked for at that moment is not waited for.
    destroy(error, callback) {
      for (const timer of [stall, all, stop]) clearTimeout(timer)
      stopping.removeEventListener('abort', onStop)
      end()
      part.bytes.destroy()
      callback(error)
    },
  })
  if (stopping.aborted) onStop()
  else stopping.addEventListener('abort', onStop, { once: true })
  return body
}

async function* bytesOf(part: Part, mostBytes: number, moved: () => void): AsyncGenerator<Buffer> {
  let skip = part.skip
  let left = part.length ?? mostBytes
  for await (const chunk of part.bytes as AsyncIterable<Buffer>) {
    moved()
    const kept = chunk.subarray(skip, skip + left)
    skip -= Math.min(skip, chunk.length)
    left -= kept.length
    if (kept.length > 0) yield kept
    moved()
    if (left === 0 && part.length !== null) return
    if (left === 0) throw tooLong()
  }
  if (part.length !== null && left > 0) throw new CutShort()
}

/** What was sent was less than was said. */
class CutShort extends Error {
  override name = 'CutShort'
  constructor() {
    super('a carrier sent fewer bytes than it said')
  }
}
