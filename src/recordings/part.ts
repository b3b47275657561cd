import type { Readable } from 'node:stream'
import type { Download, DownloadRequest } from '../carriers/ports/downloads.ts'
import { AppError } from '../platform/errors.ts'
import { bytesIn, parseByteRange } from './byte-range.ts'
import { isPassedOn } from './content-type.ts'

/** More than an hour's call takes as MP3, or any medium; no more is passed on, nor counted. */
export const MOST_BYTES = 200_000_000

/** How many lengths are remembered of what no carrier tells the length of. */
const LENGTHS = 1_000

/** What goes out: these of the bytes, of a type that may. */
export interface Part {
  status: 200 | 206
  type: string
  /** How many go out; null: nobody knows before they have. */
  length: number | null
  /** Of a part, which one; else null. */
  contentRange: string | null
  bytes: Readable
  /** How many of them are passed over first. */
  skip: number
}

type Open = (range: string | null) => Promise<Download>

/**
 * Chooses the bytes that somebody asked for, whatever the carrier can do: it is asked for the range, and where it
 * sends everything, the part is taken out of that. Where it does not say how much that is, what it sends is
 * counted first, and asked for once more.
 */
export function createChoosePart() {
  /** By whose bytes they are: recordings do not change. */
  const lengths = new Map<string, number>()

  async function lengthOf(key: string, { bytes }: Download): Promise<number> {
    let length = 0
    for await (const chunk of bytes) {
      length += chunk.length
      if (length > MOST_BYTES) throw tooLong()
    }
    if (lengths.size >= LENGTHS) lengths.delete([...lengths.keys()][0] ?? '')
    lengths.set(key, length)
    return length
  }

  /**
   * `key`: whose bytes they are; `range`: the header.
   * @throws AppError content_unfit, range_not_satisfiable; CarrierError
   */
  return async (
    ask: (request: DownloadRequest) => Promise<Download>,
    { key, range: header, signal }: { key: string; range: string | undefined; signal: AbortSignal },
  ): Promise<Part> => {
    const range = parseByteRange(header)
    const open: Open = async (wanted) => requireFit(await ask({ range: wanted, signal }))
    const found = await open(range ? (header ?? null) : null)
    if (found.status === 206) return partAsSent(found, range !== undefined)
    if (!range) return { ...found, status: 200, contentRange: null, skip: 0 }
    const known = found.length ?? lengths.get(key)
    const length = known ?? (await lengthOf(key, found))
    const part = bytesIn(range, length)
    if (!part) {
      found.bytes.destroy()
      throw notSatisfiable(`bytes */${length}`)
    }
    const { type, bytes } = known === undefined ? await open(null) : found
    return {
      status: 206,
      type,
      length: part.last - part.first + 1,
      contentRange: `bytes ${part.first}-${part.last}/${length}`,
      bytes,
      skip: part.first,
    }
  }
}

/** Before a byte of it is read. */
function requireFit(found: Download): Download {
  const isUnfit =
    found.status !== 416 && (!isPassedOn(found.type) || (found.length ?? 0) > MOST_BYTES)
  if (!isUnfit && found.status !== 416) return found
  found.bytes.destroy()
  if (found.status === 416)
    throw notSatisfiable(/^bytes \*\/\d{1,15}$/.exec(found.contentRange ?? '')?.[0])
  if (isPassedOn(found.type)) throw tooLong()
  throw new AppError(
    'content_unfit',
    'What was found is neither sound nor picture nor document, so it is not passed on',
  )
}

/** A part that was not asked for, or that does not say which it is, is none that anything can be made of. */
function partAsSent(found: Download, isWanted: boolean): Part {
  const { type, length, contentRange, bytes } = found
  if (isWanted && contentRange !== null && /^bytes \d+-\d+\/(\d+|\*)$/.test(contentRange))
    return { status: 206, type, length, contentRange, bytes, skip: 0 }
  bytes.destroy()
  throw new AppError('content_unfit', 'A part was found that cannot be told from the whole')
}

export const tooLong = () =>
  new AppError('content_unfit', `It has more than ${MOST_BYTES} bytes, so it is not passed on`)

/** `contentRange`: how many there are; undefined: not told. */
function notSatisfiable(contentRange: string | undefined): AppError {
  return new AppError(
    'range_not_satisfiable',
    'There are not so many bytes: ask for earlier ones',
    contentRange === undefined ? {} : { headers: { 'Content-Range': contentRange } },
  )
}
