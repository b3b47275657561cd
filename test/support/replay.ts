import { AsyncLocalStorage } from 'node:async_hooks'
import { vi } from 'vitest'

interface Exchange {
  url: string
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  answer: any
}

/** Changes what one request was answered; `nth` counts the requests that fit, from 0. */
export interface Lie {
  /** The end of the request's path. */
  to: RegExp
  /** Only requests after the first whose path fits this. */
  after?: RegExp
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  change: (answer: any, nth: number) => void
  /** Another status for it; undefined: its own. */
  status?: (nth: number) => number | undefined
}

/** An answer that is no JSON: its type, and how many bytes it has. */
class Bytes {
  type: string
  bytes: number
  constructor(type: string, bytes: number) {
    this.type = type
    this.bytes = bytes
  }
}

async function answerIn(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? ''
  if (type.includes('json')) return response.json()
  return new Bytes(type, (await response.arrayBuffer()).byteLength)
}

const inScope = new AsyncLocalStorage<boolean>()

/** Runs what is no part of the play, though the play waits for it. */
export const offStage = <T>(act: () => T): T => inScope.run(false, act)

/** Runs `play` and keeps each request it makes with its answer; other code's requests pass by. */
export async function record(play: () => Promise<unknown>): Promise<Exchange[]> {
  const exchanges: Exchange[] = []
  const real = globalThis.fetch
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const response = await real(input, init)
    if (inScope.getStore()) {
      const answer = await answerIn(response.clone())
      exchanges.push({ url: String(input), status: response.status, answer })
    }
    return response
  })
  try {
    await inScope.run(true, play)
  } finally {
    spy.mockRestore()
  }
  return exchanges
}

/** Runs `play` on the answers of a recording, one of which may be a lie. */
export async function replay(
  exchanges: Exchange[],
  play: () => Promise<unknown>,
  lie?: Lie,
): Promise<void> {
  const left = [...exchanges]
  let fitting = 0
  let isAfter = lie?.after === undefined
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const next = left.shift()
    if (next?.url !== String(input)) throw new Error(`${String(input)} is not what was recorded`)
    const { answer: was } = next
    const answer = was instanceof Bytes ? new Bytes(was.type, was.bytes) : structuredClone(was)
    const path = new URL(next.url).pathname
    let { status } = next
    if (lie && isAfter && lie.to.test(path)) {
      lie.change(answer, fitting)
      status = lie.status?.(fitting) ?? status
      fitting += 1
    }
    isAfter ||= lie?.after?.test(path) ?? false
    if (answer instanceof Bytes)
      return new Response(new Uint8Array(answer.bytes), {
        status,
        headers: { 'content-type': answer.type },
      })
    return Response.json(answer, { status })
  })
  try {
    await play()
  } finally {
    spy.mockRestore()
  }
}
