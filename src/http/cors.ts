import cors from 'cors'
import type { RequestHandler } from 'express'

/**
 * Lets pages of exactly these origins call the API and read its answers; without any, browsers keep
 * every page of another origin out. No cookies: who calls says so in Authorization.
 * What browsers ask ahead counts by `limit`.
 */
export function allowOrigins(origins: readonly string[], limit: RequestHandler): RequestHandler[] {
  const allow = cors({
    origin: origins.length > 0 && [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Authorization',
      'Content-Encoding',
      'Content-Type',
      'Idempotency-Key',
      'If-Range',
      'If-Match',
      'If-None-Match',
      'Last-Event-ID',
      'Range',
      'X-Request-Id',
    ],
    exposedHeaders: [
      'Accept',
      'Accept-Encoding',
      'Accept-Ranges',
      'Allow',
      'Content-Disposition',
      'Content-Length',
      'Content-Range',
      'ETag',
      'Location',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'WWW-Authenticate',
      'X-Request-Id',
    ],
    maxAge: 600,
  })
  // Answered right here, before any guard; without a page to ask for, the routes themselves refuse it.
  const limitPreflights: RequestHandler = (req, res, next) =>
    req.method === 'OPTIONS' ? limit(req, res, next) : next()
  return origins.length > 0 ? [limitPreflights, allow] : [allow]
}
