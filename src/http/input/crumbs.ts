import type { IncomingMessage, Server } from 'node:http'

/** So many parts are taken as they come; later ones that are smaller than a crumb are put together. */
const MANY_PARTS = 1_000
const CRUMB = 64
const BLOCK = 4 * 1_024

/**
 * Bytes of a part, on average. Encoders that write a body as they make it stay above it: a list of `1, `
 * has three, and Python's `json.JSONEncoder().iterencode` over what our API takes has more than six.
 */
const LEAST = 2

/**
 * Puts the crumbs of a body together: each part takes more than two hundred bytes until it is read, also
 * where nobody reads it. Hangs up, without an answer, on bodies in parts of hardly a byte, which no client
 * sends: only the end of the connection keeps the rest from being parsed.
 */
export function sweepCrumbs(server: Server): void {
  server.prependListener('request', (request: IncomingMessage) => {
    let [parts, bytes] = [0, 0]
    let swept: Buffer | undefined
    let length = 0
    const push = request.push.bind(request)
    const flush = () => {
      const whole = swept?.subarray(0, length)
      swept = undefined
      length = 0
      return whole === undefined || push(whole)
    }
    // Every part passes here, also those that nobody reads, of which there is no event.
    request.push = (part: Buffer | null) => {
      if (request.destroyed) return false
      if (part === null) {
        flush()
        return push(part)
      }
      parts += 1
      bytes += part.length
      if (parts <= MANY_PARTS) return push(part)
      if (bytes < parts * LEAST) {
        request.destroy()
        return false
      }
      if (part.length >= CRUMB) {
        flush()
        return push(part)
      }
      swept ??= Buffer.allocUnsafeSlow(BLOCK)
      length += part.copy(swept, length)
      return length > BLOCK - CRUMB ? flush() : true
    }
  })
}
