import type { Server, ServerResponse } from 'node:http'
import { makeLast } from './input/last-answers.ts'

/**
 * How an HTTP server comes to its end. After `begin` it goes on as before, but the next answer of every
 * connection, also to what was asked before, tells its client to use another one (`Connection: close`),
 * so that none is closed under a request later. `finish` takes no more, and resolves when all is answered.
 */
export function createClosing(server: Server) {
  const unanswered = new Set<ServerResponse>()
  let begun = false

  function report(response: ServerResponse): void {
    if (!response.headersSent) makeLast(response)
  }

  server.prependListener('request', (_request, response) => {
    if (begun) report(response)
    unanswered.add(response)
    response.once('close', () => unanswered.delete(response))
  })

  return {
    begin(): void {
      begun = true
      // Of each connection the last one, behind which nothing is under way.
      const last = new Map([...unanswered].map((response) => [response.req.socket, response]))
      for (const response of last.values()) report(response)
    },
    finish: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}
