import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestHandler } from 'express'
import type { Metrics } from '../../platform/monitoring/metrics.ts'

/** All metrics, as they are now. */
type ReadMetrics = () => Promise<string>

export function createReadMetrics(metrics: Metrics, readGauges: () => Promise<void>): ReadMetrics {
  return async () => {
    await readGauges()
    return metrics.read()
  }
}

/** Behind the guard of operators, as everything else that they read. */
export function serveMetrics(contentType: string, read: ReadMetrics): RequestHandler {
  return async (_req, res) => {
    res.set({ 'Content-Type': contentType, 'Cache-Control': 'no-store' }).end(await read())
  }
}

/**
 * A port of their own for a monitor that has no key: whoever reaches it reads them, and nothing else.
 * @throws Error when the port cannot be had
 */
export async function listenForMetrics(
  { port, host }: { port: number; host: string },
  contentType: string,
  read: ReadMetrics,
): Promise<{ port: number; close(): void }> {
  const server = createServer({ keepAliveTimeout: 0 }, (req, res) => {
    const isAsked = req.method === 'GET' && req.url?.split('?', 1)[0] === '/metrics'
    if (!isAsked) return res.writeHead(404).end()
    read().then(
      (text) => res.writeHead(200, { 'Content-Type': contentType }).end(text),
      () => res.writeHead(500).end(),
    )
  })
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
