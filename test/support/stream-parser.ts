/** One event as a client of a stream has it. */
interface Read {
  id: string
  type: string
  // biome-ignore lint/suspicious/noExplicitAny: what an event says, of whatever type
  data: any
}

/** Reads a stream's text as HTML, "Server-sent events" has it. */
export function createParser() {
  let rest = ''
  const state = { lastId: '', retryMs: 0, events: [] as Read[], comments: [] as string[] }
  function take(block: string): void {
    const lines = block.split('\n').map((line) => /^([^:]*):? ?(.*)$/s.exec(line) ?? [])
    const fields = (name: string) =>
      lines.filter(([, key]) => key === name).map(([, , value = '']) => value)
    state.lastId = fields('id').at(-1) ?? state.lastId
    state.retryMs = Number(fields('retry').at(-1) ?? state.retryMs)
    state.comments.push(...fields(''))
    const data = fields('data')
    if (data.length > 0)
      state.events.push({
        id: state.lastId,
        type: fields('event').at(-1) ?? 'message',
        data: JSON.parse(data.join('\n')),
      })
  }
  return {
    state,
    push(text: string): void {
      const blocks = (rest + text).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) take(block)
    },
    /** What a connection that broke has left half said, the next one says anew. */
    restart(): void {
      rest = ''
    },
  }
}
