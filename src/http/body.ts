import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import express, { type Request, type RequestHandler } from 'express'
import { AppError } from '../platform/errors.ts'
import { isForClients, type Route } from './route.ts'

export type BodyParsers = ReturnType<typeof createBodyParsers>

/** Body parsers with their limits; parsing happens after the caller is known where that is possible. */
export function createBodyParsers() {
  return {
    json: [requireJson, express.json({ limit: '100kb', strict: false })],
    longJson: [requireJson, express.json({ limit: '400kb', strict: false })],
    // extended: true would turn Media[0]=… into objects, and the signature would not match.
    // Twilio sends up to 64 kB and may add parameters at any time.
    form: [
      express.urlencoded({
        extended: false,
        limit: '256kb',
        parameterLimit: 1_000,
        verify: keepHash,
      }),
    ],
    // Signed over its bytes, so parsed only after the proof. A transcript can be long.
    signed: [express.raw({ type: () => true, limit: '25mb' })],
    lenientJson: [leniently(express.text({ type: () => true, limit: '1mb' })), parseLeniently],
  } satisfies Record<string, RequestHandler[]>
}

export function bodyParserFor(route: Route, parsers: BodyParsers): RequestHandler[] {
  if (route.guard === 'twilio') return parsers.form
  if (route.guard === 'elevenlabs') return parsers.lenientJson
  if (route.guard === 'elevenlabs_signed') return parsers.signed
  if (!isForClients(route)) return []
  return route.hasLongBody ? parsers.longJson : parsers.json
}

/** SHA-256 of the bodies that say theirs in the URL. */
const hashes = new WeakMap<IncomingMessage, string>()

function keepHash(req: IncomingMessage, _res: unknown, body: Buffer): void {
  if (req.url?.includes('bodySHA256='))
    hashes.set(req, createHash('sha256').update(body).digest('hex'))
}

/**
 * Whether the body is the one that Twilio signed: where its URL, which the signature covers, has
 * `bodySHA256`, that of the bytes that came; of a body that was not read, never.
 */
export function isBodyAsSigned(req: Request): boolean {
  const { bodySHA256 } = req.query
  return bodySHA256 === undefined || bodySHA256 === hashes.get(req)
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
export const parseLeniently: RequestHandler = (req, _res, next) => {
  try {
    req.body = JSON.parse(String(req.body))
  } catch {
    req.body = {}
  }
  next()
}
