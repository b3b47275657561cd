import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { makeLast } from './last-answers.ts'
import { lingerAtEnd } from './linger.ts'

/** So much of a body that nobody wants runs through, so that its connection can be used again. */
const SHORT = 64 * 1_024

/**
 * Whether so little can come of a body that it may run through, unread. Of one in chunks nobody knows; and
 * whoever asks whether to send it, and is told no, may send something else instead.
 */
export function runsThrough({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding, expect } = headers
  return coding === undefined && expect === undefined && Number(length ?? 0) <= SHORT
}

const staysOpen = (response: ServerResponse) =>
  response.shouldKeepAlive && !/close/i.test(String(response.getHeader('connection')))

/**
 * An answer that begins before a long body is all here is the last of its connection: to read the rest
 * would cost more than the answer, and only the end of the connection keeps it from coming. Before a short
 * one it is so where it is the last anyway.
 */
export function leaveUnread(server: Server): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers
    if (length === undefined && coding === undefined) return
    // What somebody began to read, and stopped, would hold up what comes behind it.
    response.once('finish', () => request.resume())
    const writeHead = response.writeHead as (...given: unknown[]) => ServerResponse
    response.writeHead = (...given: unknown[]) => {
      const isKept = runsThrough(request) && staysOpen(response)
      if (!request.complete && !isKept) leaveBody(request, response)
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
  // The rest of the segment that is being parsed, and what waits for a reader.
  request.push = () => true
  request.resume()
  lingerAtEnd(request.socket)
}
