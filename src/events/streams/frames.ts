import { cursorOf, type Place } from './place.ts'

// Source: HTML, "Server-sent events". A line that begins with a colon is a comment; `id` counts without `data`, too.

/** When a client comes back by itself that was not bidden to go. */
const RETRY_MS = 2_000
/** Clients of a server that stops do not all come back in one moment. */
const LEAST_RETRY_MS = 500

/** The first words of a stream: from here on nothing is left out. */
export function beginning(place: Place): string {
  return `retry: ${RETRY_MS}\nid: ${cursorOf(place)}\n\n`
}

/** One event; `data` is on one line. */
export function eventFrame(place: Place, type: string, data: string): string {
  return `id: ${cursorOf(place)}\nevent: ${type}\ndata: ${data}\n\n`
}

/** Nothing has happened up to here, and the connection is alive. */
export function heartbeat(place: Place): string {
  return `: nothing new\nid: ${cursorOf(place)}\n\n`
}

/** The last words, which say why. */
export function ending(why: string): string {
  const retryMs = LEAST_RETRY_MS + Math.round(Math.random() * RETRY_MS)
  return `retry: ${retryMs}\n: ${why}\n\n`
}

export function comment(text: string): string {
  return `: ${text}\n\n`
}
