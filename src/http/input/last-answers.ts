import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { isLingering, lingerAtEnd } from './linger.ts'

/** Connections whose last answer is chosen. */
const ending = new WeakSet<Socket>()

/** As what Node tells of a request. */
const comings = new Set(['request', 'checkContinue', 'checkExpectation'])

/**
 * This answer, whose head is not sent yet, says that its connection ends behind it: whoever shares the
 * connection among requests of others, as a proxy does, sends no more of them over it.
 */
export function makeLast(response: ServerResponse): void {
  response.setHeader('Connection', 'close')
  ending.add(response.req.socket)
}

/**
 * Nobody works at what comes behind the request of a last answer, also where it has come already: its
 * sender gets no answer, and is told by RFC 9112, 9.6, that nothing was done.
 */
export function ignoreBehindLast(server: Server): void {
  server.on('connection', stopBehindLast)
  const emit = server.emit.bind(server) as (event: string, ...given: unknown[]) => boolean
  server.emit = (event: string, ...given: unknown[]) => {
    if (comings.has(event) && ending.has((given[0] as IncomingMessage).socket)) return false
    return emit(event, ...given)
  }
}

/** Node's own words for what it does with the head of a message that its parser has read. */
interface Parsed extends Socket {
  parser?: {
    onIncoming: (
      ...message: [IncomingMessage & { upgrade: boolean }, ...unknown[]]
    ) => number | undefined
  } | null
}

/** "What follows is of another protocol": the parser leaves the body, and all that comes behind it, alone. */
const NO_MORE = 2

/**
 * Nor is it parsed: the first message behind it is where the parser stops, also within what it was given
 * at once. No documented way leads there; without it the others of a segment would only be ignored.
 */
function stopBehindLast(socket: Parsed): void {
  const { parser } = socket
  if (!parser) return
  const onIncoming = parser.onIncoming
  parser.onIncoming = (...message) => {
    if (!ending.has(socket)) return onIncoming(...message)
    if (!isLingering(socket)) lingerAtEnd(socket)
    // Node ends a connection at once whose last message wants another protocol, whatever is being answered.
    message[0].upgrade = false
    return NO_MORE
  }
}
