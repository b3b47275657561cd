import type { IncomingMessage, Server } from 'node:http'

/** So many parts, of fewer bytes than these on average, are crumbs. */
const MANY_PARTS = 1_000
const CRUMB = 64

/**
 * Hangs up, without an answer, on bodies in crumbs, which no client sends: each part takes more than a
 * hundred bytes until it is read, and only the end of the connection keeps the rest from being parsed.
 */
export function hangUpOnCrumbs(server: Server): void {
  server.prependListener('request', (request: IncomingMessage) => {
    let [parts, bytes] = [0, 0]
    const push = request.push.bind(request)
    // Every part passes here, also those that nobody reads, of which there is no event.
    request.push = (part: Buffer | null) => {
      if (request.destroyed) return false
      if (part === null) return push(part)
      parts += 1
      bytes += part.length
      if (parts <= MANY_PARTS || bytes >= parts * CRUMB) return push(part)
      request.destroy()
      return false
    }
  })
}
