import { setTimeout as sleep } from 'node:timers/promises'
import { ADMIN } from '../test/support/requests.ts'

const PATIENCE_MS = 300_000
const PAUSE_MS = 150

/** 409 codes that ask for another try. */
const BUSY = ['idempotency_in_progress', 'busy', 'reconcile_running']

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  body: any
}

export type Client = ReturnType<typeof createClient>

/**
 * An operator who repeats a request with the same Idempotency-Key until it is answered for good,
 * at one server or another; `shows`: or with these words. Keeps the answers that no fault excuses.
 */
export function createClient(origins: readonly string[], shows?: RegExp) {
  const internalErrors: string[] = []
  const givenUp: string[] = []

  async function send(
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ): Promise<Answer | undefined> {
    const end = Date.now() + PATIENCE_MS
    let last = 'nobody answers'
    for (let attempt = 0; Date.now() < end; attempt += 1) {
      const origin = origins[attempt % origins.length]
      const answer = await once(`${origin}${path}`, method, body, key).catch(() => undefined)
      if (answer) last = JSON.stringify(answer)
      if (answer?.status === 500) {
        internalErrors.push(`${method} ${path}: ${last}`)
        return answer
      }
      if (answer && shows?.test(last)) return answer
      if (answer && answer.status < 500 && !BUSY.includes(answer.body?.code)) return answer
      await sleep(PAUSE_MS)
    }
    givenUp.push(`${method} ${path}: ${last}`)
    return undefined
  }

  return {
    send,
    /** The same once, at the first server, whatever becomes of it. */
    sendOnce: (method: string, path: string, body?: unknown) =>
      once(`${origins[0]}${path}`, method, body, undefined).catch(() => undefined),
    internalErrors: () => internalErrors,
    /** What was not answered for good, with the latest answer. */
    givenUp: () => givenUp,
  }
}

async function once(url: string, method: string, body: unknown, key?: string): Promise<Answer> {
  const reply = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${ADMIN}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  return { status: reply.status, body: await reply.json().catch(() => undefined) }
}
