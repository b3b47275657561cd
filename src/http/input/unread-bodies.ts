import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { onceClosed } from './connection-end.ts'
import { makeLast } from './last-answers.ts'

/** So much of a body that nobody wants runs through, so that its connection can be used again. */
const SHORT = 64 * 1_024

/** How much of what its sender goes on sending is thrown away, so that it comes to read the answer. */
const THROWN_AWAY = 1_024 * 1_024

/** How long whoever was answered has to read that, while its connection ends. */
const LINGER_MS = 1_000

/**
 * An answer that begins before a long body is all here is the last of its connection: to read the rest
 * would cost more than the answer, and only the end of the connection keeps it from coming.
 */
export function leaveUnread(server: Server): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { 'content-length': length, 'transfer-encoding': coding, expect } = request.headers
    if (length === undefined && coding === undefined) return
    // What somebody began to read, and stopped, would hold up what comes behind it.
    response.once('finish', () => request.resume())
    // Whoever asks whether to send it, and is told no, may send something else instead.
    if (coding === undefined && expect === undefined && Number(length) <= SHORT) return
    const writeHead = response.writeHead as (...given: unknown[]) => ServerResponse
    response.writeHead = (...given: unknown[]) => {
      if (!request.complete) leaveBody(request, response)
      return writeHead.apply(response, given)
    }
  })
}

/**
 * Lets go of a body, and of all that comes behind it: nothing of it is parsed any more. A little is thrown
 * away as it comes, the connection ends with this answer, and is cut off when that could be read.
 */
export function leaveBody(request: IncomingMessage, response: ServerResponse): void {
  makeLast(response)
  const { socket } = request
  // The rest of the segment that is being parsed, and what waits for a reader.
  request.push = () => true
  request.resume()
  let left = THROWN_AWAY
  // Node gives up its parser where somebody else listens.
  socket.removeAllListeners('data')
  socket.on('data', (bytes: Buffer) => {
    left -= bytes.length
    if (left < 0) socket.pause()
  })
  socket.resume()
  // Node would destroy it behind the answer: what was not read makes that a reset, which takes the answer along.
  socket.destroySoon = () => {
    socket.end()
    const timer = setTimeout(() => socket.destroy(), LINGER_MS)
    onceClosed(socket, () => clearTimeout(timer))
  }
}
