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

/**
 * Whoever expects anything else is answered as if it did not, as RFC 9110, 10.1.1, allows: Node's own 417
 * would pass by every bound, and read the body without end.
 */
export function passOverExpectations(server: Server): void {
  server.on('checkExpectation', (request, response) => {
    server.emit('request', request, response)
  })
}
