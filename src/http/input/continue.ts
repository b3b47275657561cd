import type { Server } from 'node:http'

/**
 * Whoever asks first (`Expect: 100-continue`) is told to send its body when something begins to read it,
 * not before: who is refused without its body is told that at once.
 */
export function continueWhenRead(server: Server): void {
  server.on('checkContinue', (request, response) => {
    request.once('resume', () => {
      if (!response.headersSent) response.writeContinue()
    })
    server.emit('request', request, response)
  })
}
