import type { IncomingMessage, Server } from 'node:http'

/** A part of fewer bytes is a crumb. */
const CRUMB = 64

/**
 * So many crumbs may a body have. Encoders that write a body as they make it send a part for each value,
 * name and mark, so a list of four hundred objects of two fields is some four thousand.
 */
const MOST_CRUMBS = 5_000

/**
 * Hangs up, without an answer, on bodies in crumbs: each part takes more than two hundred bytes until it
 * is read, whatever large ones came before, and only the end of the connection keeps the rest from being
 * parsed.
 */
export function hangUpOnCrumbs(server: Server): void {
  server.prependListener('request', (request: IncomingMessage) => {
    let crumbs = 0
    const push = request.push.bind(request)
    // Every part passes here, also those that nobody reads, of which there is no event.
    request.push = (part: Buffer | null) => {
      if (request.destroyed) return false
      if (part !== null && part.length < CRUMB) crumbs += 1
      if (crumbs <= MOST_CRUMBS) return push(part)
      request.destroy()
      return false
    }
  })
}
