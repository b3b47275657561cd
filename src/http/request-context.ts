import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { pinoHttp } from 'pino-http'
import type { Logger } from '../platform/logger.ts'

/** Gives every request an id (the caller's own X-Request-Id if it is a sane one) and a log line. */
export function requestContext(log: Logger): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId(req, res) {
      const given = req.headers['x-request-id']
      const id = typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
      res.setHeader('X-Request-Id', id)
      return id
    },
    autoLogging: { ignore: (req) => req.url === '/livez' || req.url === '/readyz' },
    customLogLevel: (_req, res, error) =>
      error || res.statusCode >= 500 ? 'error' : res.statusCode >= 400 ? 'warn' : 'info',
    serializers: {
      req: (req: { id: string; method: string; url: string }) => ({
        id: req.id,
        method: req.method,
        url: maskUrl(req.url),
      }),
      res: (res: { statusCode: number }) => ({ statusCode: res.statusCode }),
    },
  })
}

/**
 * Numbers stand in URLs in any notation, such as (604)%20555-2010, which the logger does not look
 * for: of all that could be one only the end is kept. Ids stay whole.
 */
function maskUrl(url: string): string {
  return url.replace(
    /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d(?:(?:%2[089BD]|[-.()+])*\d){6,}/gi,
    (match) =>
      match.length === 36 && /^\w{8}-\w{4}-/.test(match) ? match : `•••${match.slice(-4)}`,
  )
}

export function requestIdOf(req: Request): string {
  return String(req.id)
}

export function loggerOf(req: Request): Logger {
  return req.log as Logger
}
