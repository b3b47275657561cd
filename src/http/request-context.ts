import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Request, RequestHandler, Response } from 'express'
import { pinoHttp } from 'pino-http'
import { type Logger, withoutSecrets } from '../platform/logger.ts'
import { createLoggedUrl } from './log/logged-url.ts'
import { type RefusalLog, reasonOf } from './log/refusal-log.ts'
import type { Route } from './route.ts'

/**
 * Gives every request an id (the caller's own X-Request-Id if it is a sane one) and a log line; what is
 * refused has one a second per address and reason.
 */
export function requestContext(log: Logger, refusals: RefusalLog, routes: Route[]): RequestHandler {
  const loggedUrl = createLoggedUrl(routes)
  const counted = (req: IncomingMessage, res: ServerResponse, line: object) => ({
    ...line,
    problem: reasonOf(res),
    notLogged: refusals.notReported(req, res),
  })
  return pinoHttp({
    logger: log,
    genReqId(req, res) {
      const given = req.headers['x-request-id']
      const id = typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
      res.setHeader('X-Request-Id', id)
      return id
    },
    customLogLevel(req, res, error) {
      // Asked every second, and answered as somebody is who asked well.
      const isRefused = res.statusCode >= 400 && res.statusCode < 500
      if ((res as Partial<Response>).locals?.isProbe && !isRefused) return 'silent'
      // What browsers ask ahead of a request tells nothing that the request does not.
      if (req.method === 'OPTIONS' && res.statusCode < 300) return 'silent'
      if (!refusals.isReported(req, res)) return 'silent'
      return error || res.statusCode >= 500 ? 'error' : res.statusCode >= 400 ? 'warn' : 'info'
    },
    customSuccessObject: counted,
    customErrorObject: (req, res, _error, line) => counted(req, res, line),
    serializers: {
      // What pino-http has made of it.
      err: withoutSecrets,
      req: (req: { id: string; method: string; url: string }) => ({
        id: req.id,
        method: req.method,
        url: loggedUrl(req.url),
      }),
      res: (res: { statusCode: number }) => ({ statusCode: res.statusCode }),
    },
  })
}

export function requestIdOf(req: Request): string {
  return String(req.id)
}

export function loggerOf(req: Request): Logger {
  return req.log as Logger
}
