import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { onceClosed } from '../input/connection-end.ts'

/** What of a server's connections is unanswered yet. */
export interface Unanswered {
  /** Of one connection, in the order in which they came. */
  of(socket: Socket): ReadonlySet<ServerResponse>
  /** The last of each connection, behind which nothing is under way. */
  lastOfEach(): ServerResponse[]
  /** Calls `then` for each that comes, once it counts, and before anybody works at it. */
  onBegun(then: (response: ServerResponse) => void): void
}

const counts = new WeakMap<Server, Unanswered>()

const none: ReadonlySet<ServerResponse> = new Set()

/** The one count of a server's unanswered requests, whoever asks for it. */
export function unansweredOf(server: Server): Unanswered {
  const counted = counts.get(server) ?? countUnanswered(server)
  counts.set(server, counted)
  return counted
}

function countUnanswered(server: Server): Unanswered {
  const byConnection = new Map<Socket, Set<ServerResponse>>()
  const listeners: ((response: ServerResponse) => void)[] = []

  function allOf(socket: Socket): Set<ServerResponse> {
    const known = byConnection.get(socket)
    if (known) return known
    const all = new Set<ServerResponse>()
    byConnection.set(socket, all)
    // Node tells no end of those that wait for their turn to be answered.
    onceClosed(socket, () => byConnection.delete(socket))
    return all
  }

  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const all = allOf(socket).add(response)
    response.once('close', () => all.delete(response))
    for (const then of listeners) then(response)
  })

  return {
    of: (socket) => byConnection.get(socket) ?? none,
    lastOfEach: () => [...byConnection.values()].flatMap((all) => [...all].slice(-1)),
    onBegun: (then) => void listeners.push(then),
  }
}
