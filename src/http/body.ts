import express, { type RequestHandler } from 'express'
import { AppError } from '../platform/errors.ts'
import { packingOf } from './input/packing.ts'
import { isForClients, type Route } from './route.ts'

export type BodyParsers = ReturnType<typeof createBodyParsers>

/** Body parsers with their limits, for callers who are known; what proves its sender is read by its guard. */
export function createBodyParsers() {
  return {
    json: [bytesUpTo('100kb'), parseJson],
    longJson: [bytesUpTo('400kb'), parseJson],
    lenientJson: [
      leniently(unpacked(express.text({ type: () => true, limit: '1mb' }))),
      parseLeniently,
    ],
  } satisfies Record<string, RequestHandler[]>
}

export function bodyParserFor(route: Route, parsers: BodyParsers): RequestHandler[] {
  if (route.guard === 'elevenlabs') return parsers.lenientJson
  if (!isForClients(route)) return []
  return route.hasLongBody ? parsers.longJson : parsers.json
}

const bytesUpTo = (limit: string) => unpacked(express.raw({ type: () => true, limit }))

/** Asks before `read`, which would unpack Brotli, too, what a body is packed as, and says it in its words. */
function unpacked(read: RequestHandler): RequestHandler {
  return (req, res, next) => {
    try {
      req.headers['content-encoding'] = packingOf(req)
    } catch (error) {
      return next(error)
    }
    return read(req, res, next)
  }
}

/** Whether there is a body is decided by the bytes that came: headers of one that has none say nothing. */
const parseJson: RequestHandler = (req, _res, next) => {
  const bytes: unknown = req.body
  req.body = undefined
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return next()
  if (!(req.is('application/json') && isUtf8(req.headers['content-type']))) {
    throw new AppError(
      'unsupported_media_type',
      `Send JSON with the header Content-Type: application/json, not ${req.headers['content-type'] ?? 'without one'}`,
      // RFC 9110, 15.5.16: what would have been read.
      { headers: { Accept: 'application/json' } },
    )
  }
  try {
    req.body = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw new AppError('invalid_json', 'The body is not valid JSON')
  }
  next()
}

/** JSON is always UTF-8 (RFC 8259), also when another charset could be decoded. */
function isUtf8(contentType = ''): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1]
  return charset === undefined || /^utf-?8$/i.test(charset)
}

/** A body that cannot even be read is like none. */
function leniently(read: RequestHandler): RequestHandler {
  return (req, res, next) => read(req, res, () => next())
}

/** For webhooks that are answered even when their body is broken; their schemas have defaults. */
const parseLeniently: RequestHandler = (req, _res, next) => {
  try {
    req.body = JSON.parse(String(req.body))
  } catch {
    req.body = {}
  }
  next()
}
