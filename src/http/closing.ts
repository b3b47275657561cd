import type { Server, ServerResponse } from 'node:http'
import { makeLast } from './input/last-answers.ts'
import { unansweredOf } from './limits/unanswered.ts'

/**
 * How an HTTP server comes to its end. After `begin` it goes on as before, but the next answer of every
 * connection, also to what was asked before, tells its client to use another one (`Connection: close`),
 * so that none is closed under a request later. `finish` takes no more, and resolves when all is answered.
 */
export function createClosing(server: Server) {
  const unanswered = unansweredOf(server)
  let begun = false

  function report(response: ServerResponse): void {
    if (!response.headersSent) makeLast(response)
  }

  unanswered.onBegun((response) => {
    if (begun) report(response)
  })

  return {
    begin(): void {
      begun = true
      for (const response of unanswered.lastOfEach()) report(response)
    },
    finish: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}
