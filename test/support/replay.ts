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
}

const inScope = new AsyncLocalStorage<true>()

/** Runs `play` and keeps each request it makes with its JSON answer; other code's requests pass by. */
export async function record(play: () => Promise<unknown>): Promise<Exchange[]> {
  const exchanges: Exchange[] = []
  const real = globalThis.fetch
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const response = await real(input, init)
    if (inScope.getStore()) {
      const answer: unknown = await response.clone().json()
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
    const answer = structuredClone(next.answer)
    const path = new URL(next.url).pathname
    if (lie && isAfter && lie.to.test(path)) lie.change(answer, fitting++)
    isAfter ||= lie?.after?.test(path) ?? false
    return Response.json(answer, { status: next.status })
  })
  try {
    await play()
  } finally {
    spy.mockRestore()
  }
}
