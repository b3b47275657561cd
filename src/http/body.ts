import type { Request, RequestHandler, Response } from 'express'
import { AppError } from '../platform/errors.ts'
import { eachPart, eachUnpacked, unreadable } from './input/body-parts.ts'
import { watchBody } from './input/body-time.ts'
import { createKeptBytes, tooLarge } from './input/kept-bytes.ts'
import { packingOf } from './input/packing.ts'
import { addressOf } from './input/sender-address.ts'
import { type BodyRoom, createBodyRoom } from './limits/body-room.ts'
import type { Principal } from './principal.ts'
import { isForClients, type Route } from './route.ts'

/** From the first to the last byte of a body: whoever is known may have a slow connection. */
const BODY_MS = 60_000

const LENIENT_BYTES = 1_024 * 1_024

export type BodyParsers = ReturnType<typeof createBodyParsers>

/**
 * Body parsers with their limits, for callers who are known; what proves its sender is read by its guard.
 * `isMember`: whether a user is known to belong to an organization.
 */
export function createBodyParsers(isMember: (userId: string) => boolean) {
  const roomFor = createBodyRoom({ isMember })
  const jsonUpTo =
    (limit: number): RequestHandler =>
    async (req, res, next) => {
      const room = roomFor(res.locals.principal as Principal, addressOf(req))
      try {
        req.body = parseJson(req, await readBytes(req, res, limit, room))
      } catch (error) {
        room.release()
        throw error
      }
      res.locals.endBody = room.release
      next()
    }
  return {
    json: [jsonUpTo(100 * 1_024)],
    longJson: [jsonUpTo(400 * 1_024)],
    lenientJson: [readLeniently],
  } satisfies Record<string, RequestHandler[]>
}

export function bodyParserFor(route: Route, parsers: BodyParsers): RequestHandler[] {
  if (route.guard === 'elevenlabs') return parsers.lenientJson
  if (!isForClients(route)) return []
  return route.hasLongBody ? parsers.longJson : parsers.json
}

/** What worked at the body of a request is through with it. */
export function endBody({ locals }: Response): void {
  locals.endBody?.()
}

/**
 * A body of so many bytes at most, unpacked. Of a longer one nothing more is taken in than shows that it
 * is: the answer to it ends its connection. What it holds, `room` has to be had for.
 * @throws AppError too_many_at_once, body_too_large, body_too_slow, unsupported_media_type, validation_failed
 */
async function readBytes(
  req: Request,
  res: Response,
  limit: number,
  room?: BodyRoom,
): Promise<Buffer> {
  const packing = packingOf(req)
  if (!hasBody(req)) return Buffer.alloc(0)
  const kept = createKeptBytes(limit)
  const allow = (bytes: number) => {
    if (bytes > limit) throw tooLarge(limit)
  }
  const hear = (part: Buffer) => {
    if (!kept.add(part)) throw tooLarge(limit)
    room?.hold(kept.capacity)
  }
  const announced = Number(req.get('content-length') ?? 0)
  allow(announced)
  if (packing === 'identity') room?.require(announced)
  const over = watchBody(req, res, { bodyMs: BODY_MS, ...(room && { holdsRoom: room.isHeld }) })
  try {
    if (packing === 'identity') await eachPart(req, over, hear)
    else await eachUnpacked(req, packing, { over, allow, hear })
  } catch (error) {
    throw unreadable(error)
  }
  return kept.bytes()
}

const hasBody = ({ headers }: Request) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Whether there is a body is decided by the bytes that came: headers of one that has none say nothing. */
function parseJson(req: Request, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  if (!(req.is('application/json') && isUtf8(req.headers['content-type']))) {
    throw new AppError(
      'unsupported_media_type',
      `Send JSON with the header Content-Type: application/json, not ${req.headers['content-type'] ?? 'without one'}`,
      // RFC 9110, 15.5.16: what would have been read.
      { headers: { Accept: 'application/json' } },
    )
  }
  try {
    return JSON.parse(UTF8.decode(bytes))
  } catch {
    throw new AppError('invalid_json', 'The body is not valid JSON: send JSON in UTF-8')
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** JSON is always UTF-8 (RFC 8259), also when another charset could be decoded. */
function isUtf8(contentType = ''): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1]
  return charset === undefined || /^utf-?8$/i.test(charset)
}

/** For webhooks that are answered even when their body is broken, or none; their schemas have defaults. */
const readLeniently: RequestHandler = async (req, res, next) => {
  try {
    const bytes = await readBytes(req, res, LENIENT_BYTES)
    req.body = isUtf8(req.headers['content-type']) ? JSON.parse(String(bytes)) : {}
  } catch {
    req.body = {}
  }
  next()
}
