import { onTestFinished } from 'vitest'
import { createParser } from './stream-parser.ts'

/** A client of a stream: what it has read so far, and how it goes on. */
export async function followStream(
  url: string,
  { token, lastEventId }: { token: string; lastEventId?: string },
) {
  const leaving = new AbortController()
  onTestFinished(() => leaving.abort())
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
    signal: leaving.signal,
  })
  const parser = createParser()
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let isOver = false
  const reading = (async () => {
    try {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
        parser.push(part.value)
    } catch {
      // Cut off, or left.
    }
    isOver = true
  })()
  return {
    response,
    state: parser.state,
    types: () => parser.state.events.map(({ type }) => type),
    isOver: () => isOver,
    leave() {
      leaving.abort()
      return reading
    },
  }
}
