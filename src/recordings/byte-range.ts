/** Bytes from `first` on, up to `last` where that is said; or the last so many. */
type ByteRange = { first: number; last: number } | { suffix: number }

/**
 * What a header Range asks for, where that is one range of bytes; undefined for everything else, which is
 * passed over. Source: RFC 9110, 14.2.
 */
export function parseByteRange(header: string | undefined): ByteRange | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (first === '') return last === '' ? undefined : { suffix: Number(last) }
  const range = { first: Number(first), last: last === '' ? Number.MAX_SAFE_INTEGER : Number(last) }
  return range.last < range.first ? undefined : range
}

/** The first and the last byte of a range in so many; undefined: it has none of them. */
export function bytesIn(
  range: ByteRange,
  length: number,
): { first: number; last: number } | undefined {
  const first = 'suffix' in range ? Math.max(0, length - range.suffix) : range.first
  const last = 'suffix' in range ? length - 1 : Math.min(range.last, length - 1)
  return first > last ? undefined : { first, last }
}
