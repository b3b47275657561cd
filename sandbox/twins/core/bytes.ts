import type { Reply } from './vendor-error.ts'

/** What a file holds: always the same, and another file holds something else. */
export function bytesOf(id: string, length: number): Buffer {
  return Buffer.alloc(length, `${id};`)
}

/** A file, or the part of it that one range of bytes asks for. Any other header Range is passed over. */
export function fileReply(bytes: Buffer, type: string, range: string | undefined): Reply {
  const ranged = { 'Accept-Ranges': 'bytes' }
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  if (first === '' && last === '') return { status: 200, type, body: bytes, headers: ranged }
  const { length } = bytes
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first)
  const end = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1)
  if (start > end || start >= length)
    return { status: 416, headers: { 'Content-Range': `bytes */${length}` } }
  return {
    status: 206,
    type,
    body: bytes.subarray(start, end + 1),
    headers: { ...ranged, 'Content-Range': `bytes ${start}-${end}/${length}` },
  }
}
