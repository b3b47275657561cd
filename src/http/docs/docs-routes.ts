import { createHash } from 'node:crypto'
import { type RequestHandler, type Response, Router } from 'express'
import { methodNotAllowed } from '../mount.ts'
import { PAGE, POLICY, START } from './page.ts'
import { readScalarScript } from './scalar-script.ts'

interface Script {
  gzipped: Buffer
  etag: string
}

/** `GET /docs`: /openapi.json for a reader. Its script is loaded at the first request for it, not at start. */
export function createDocsRoutes(limit: RequestHandler): Router {
  const router = Router()
  const serve = (path: string, handler: RequestHandler) =>
    router
      .route(path)
      .get(limit, handler)
      .all(limit, methodNotAllowed(['GET']))
  serve('/docs', (_req, res) => {
    res.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' }).type('html')
    res.send(PAGE)
  })
  serve('/docs/start.js', (_req, res) => {
    res.set('Cache-Control', 'no-cache').type('js').send(START)
  })
  serve('/docs/scalar.js', serveScript())
  return router
}

function serveScript(): RequestHandler {
  let read: Promise<Script> | undefined
  return async (_req, res) => {
    read ??= readScalarScript().then(
      (gzipped) => ({ gzipped, etag: etagOf(gzipped) }),
      (error: unknown) => {
        // What went wrong once may go well the next time.
        read = undefined
        throw error
      },
    )
    send(res, await read)
  }
}

/**
 * Gzipped whatever is asked for: every browser takes it, and nothing else runs the script. Unpacked it is 5 MB,
 * which each reader who asks for that would cost the time of callers, or this server the memory for good.
 */
function send(res: Response, { gzipped, etag }: Script): void {
  res.set({ ETag: etag, 'Cache-Control': 'no-cache', 'Content-Encoding': 'gzip' })
  res.type('js').send(gzipped)
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('sha256').update(bytes).digest('base64url')}"`
}
