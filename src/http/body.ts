import express, { type RequestHandler } from 'express'
import { AppError } from '../platform/errors.ts'
import { isForClients, type Route } from './route.ts'

export type BodyParsers = ReturnType<typeof createBodyParsers>

/** Body parsers with their limits, for callers who are known; what proves its sender is read by its guard. */
export function createBodyParsers() {
  return {
    json: [requireJson, express.json({ limit: '100kb', strict: false })],
    longJson: [requireJson, express.json({ limit: '400kb', strict: false })],
    lenientJson: [leniently(express.text({ type: () => true, limit: '1mb' })), parseLeniently],
  } satisfies Record<string, RequestHandler[]>
}

export function bodyParserFor(route: Route, parsers: BodyParsers): RequestHandler[] {
  if (route.guard === 'elevenlabs') return parsers.lenientJson
  if (!isForClients(route)) return []
  return route.hasLongBody ? parsers.longJson : parsers.json
}

const requireJson: RequestHandler = (req, _res, next) => {
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0
  if (hasBody && !(req.is('application/json') && isUtf8(req.headers['content-type']))) {
    throw new AppError(
      'unsupported_media_type',
      `Send JSON with the header Content-Type: application/json, not ${req.headers['content-type'] ?? 'without one'}`,
    )
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
