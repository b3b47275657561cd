import type { Socket } from 'node:net'

/** Of each connection, what is done at its end; one listener serves any number of its requests. */
const endings = new WeakMap<Socket, Set<() => void>>()

/** Calls `then` when the connection has ended; what it returns takes that back. */
export function onceClosed(socket: Socket, then: () => void): () => void {
  const all = endings.get(socket) ?? new Set()
  if (!endings.has(socket)) {
    endings.set(socket, all)
    socket.once('close', () => {
      for (const each of all) each()
    })
  }
  all.add(then)
  return () => all.delete(then)
}
