import type { Request } from 'express'
import { AppError } from '../../platform/errors.ts'

/**
 * As what bodies may be packed. Brotli is not among them: before its first byte, an unpacker fills a
 * window of 16 MB, whatever its sender is allowed.
 */
const PACKINGS = ['identity', 'gzip', 'deflate'] as const

export type Packing = (typeof PACKINGS)[number]

/** How the body of a request is packed. @throws AppError unsupported_media_type */
export function packingOf(req: Pick<Request, 'get'>): Packing {
  // RFC 9110, 8.4.1.3: x-gzip is gzip.
  const given = (req.get('content-encoding') || 'identity')
    .toLowerCase()
    .replace(/^x-gzip$/, 'gzip')
  const packing = PACKINGS.find((each) => each === given)
  if (packing) return packing
  // RFC 9110, 15.5.16: the packings that would have been read.
  throw new AppError(
    'unsupported_media_type',
    'The body has an unknown Content-Encoding: send it as it is, or with gzip or deflate',
    {
      headers: { 'Accept-Encoding': 'gzip, deflate' },
    },
  )
}
