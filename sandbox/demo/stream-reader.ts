import type { Json } from './narrator.ts'

/** Reads one stream of events at a time, and remembers behind which event to go on. */
export function createStreamReader() {
  const events: Json[] = []
  let lastId: string | undefined
  let begunAt = 0
  let leaving = new AbortController()

  function take(block: string): void {
    const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: ?(.*)/, 2)))
    const event = fields.data && JSON.parse(fields.data)
    // A stream begins at the oldest transaction that was open, so what came just before may come again.
    if (event && Date.parse(event.timestamp) >= begunAt) events.push(event)
    if (fields.id) lastId = fields.id
  }

  async function readOn(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = ''
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + part).split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) take(block)
    }
  }

  return {
    events,
    /** Begins, or goes on behind the last event; answers the status. */
    async follow({ url, token }: { url: string; token: string }): Promise<number> {
      leaving = new AbortController()
      begunAt ||= Date.now()
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${token}`, ...(lastId && { 'last-event-id': lastId }) },
        signal: leaving.signal,
      })
      // It ends when whoever reads hangs up.
      if (response.ok && response.body) readOn(response.body).catch(() => {})
      return response.status
    },
    hangUp: () => leaving.abort(),
  }
}
