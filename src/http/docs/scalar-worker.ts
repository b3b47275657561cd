// Run by scalar-script.ts, in a thread of its own. It posts Scalar's script, gzipped.
import { parentPort } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import plugin from '@scalar/fastify-api-reference'

/** As much of a Fastify server as the plugin asks for its script. */
interface Server {
  hasPlugin: () => boolean
  route: (route: { url: string; handler: (request: null, reply: Reply) => unknown }) => void
}

interface Reply {
  header: () => Reply
  send: (content: string) => void
}

const serveScript = plugin as unknown as (server: Server, options: object, next: () => void) => void

const reply: Reply = {
  header: () => reply,
  send: (content) => parentPort?.postMessage(gzipSync(content, { level: 9 })),
}

const server: Server = {
  hasPlugin: () => false,
  route: ({ url, handler }) => url.endsWith('.js') && handler(null, reply),
}

serveScript(server, { routePrefix: '/docs', configuration: { url: '/openapi.json' } }, () => {})
