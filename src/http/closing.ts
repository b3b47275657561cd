import type { Server, ServerResponse } from 'node:http'

/**
 * How an HTTP server comes to its end. After `begin` it goes on as before, but every answer, also to
 * what was asked before, tells its client to use another connection (`Connection: close`), so that
 * none is closed under a request later. `finish` takes no more, and resolves when all is answered.
 */
export function createClosing(server: Server) {
  const unanswered = new Set<ServerResponse>()
  let begun = false

  function report(response: ServerResponse): void {
    if (!response.headersSent) response.setHeader('Connection', 'close')
  }

  server.prependListener('request', (_request, response) => {
    if (begun) report(response)
    unanswered.add(response)
    response.once('close', () => unanswered.delete(response))
  })

  return {
    begin(): void {
      begun = true
      for (const response of unanswered) report(response)
    },
    finish: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}
