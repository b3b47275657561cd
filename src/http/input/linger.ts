import type { Socket } from 'node:net'
import { onceClosed } from './connection-end.ts'

/** How much of what its sender goes on sending is thrown away, so that it comes to read the answer. */
const THROWN_AWAY = 1_024 * 1_024

/** How long whoever was answered has to read that, from when something last came of it. */
const LINGER_MS = 1_000

/** The most of that, in all: as long as a body may take of which nobody knows who sends it. */
const MOST_LINGER_MS = 10_000

/** Connections of which nothing more is parsed. */
const lingering = new WeakSet<Socket>()

export const isLingering = (socket: Socket) => lingering.has(socket)

/**
 * Nothing more of what comes over this connection is parsed: a little is thrown away as it comes. When it
 * is ended, its sender has time to read what it was answered: a writer that is slow, as long as it goes on.
 */
export function lingerAtEnd(socket: Socket): void {
  lingering.add(socket)
  let left = THROWN_AWAY
  let quiet: NodeJS.Timeout | undefined
  // Node gives up its parser where somebody else listens.
  socket.removeAllListeners('data')
  socket.on('data', (bytes: Buffer) => {
    left -= bytes.length
    quiet?.refresh()
    if (left < 0) socket.pause()
  })
  socket.resume()
  // Node would destroy it behind the answer: what was not read makes that a reset, which takes the answer along.
  socket.destroySoon = () => {
    if (quiet) return
    socket.end()
    const cutOff = () => void socket.destroy()
    quiet = setTimeout(cutOff, LINGER_MS)
    const last = setTimeout(cutOff, MOST_LINGER_MS)
    onceClosed(socket, () => {
      clearTimeout(quiet)
      clearTimeout(last)
    })
  }
}
