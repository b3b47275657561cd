import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import { toError } from '../../platform/errors.ts'
import { isClosedHost, isLoopback } from '../../platform/network/public-host.ts'
import { PrivateAddress, publicLookup } from './public-lookup.ts'
import { isWebPage } from './web-page.ts'

/** What came of one try. `gone`: the endpoint wants nothing more. */
export interface Outcome {
  result: 'delivered' | 'failed' | 'gone'
  statusCode: number | null
  answer: string | null
  /** Why it is not delivered, in words for whoever owns the endpoint. */
  error: string | null
}

export type PostWebhook = ReturnType<typeof createPostWebhook>

const ANSWER_BYTES = 500

/**
 * Posts to an address that somebody else has chosen: never to one of a private network, asked for each
 * time; redirects are not followed, and of the answer its beginning alone is read. Every try has a
 * connection of its own, so no address is used that was looked at for another.
 */
export function createPostWebhook(options: {
  timeoutMs: number
  allowLoopback: boolean
  /** Who is asked for names; left out: whom the machine asks. */
  nameServers?: string[]
}) {
  /** Never fails, unless `signal` aborts. @throws what the signal says */
  return async (
    url: string,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    const timeout = AbortSignal.timeout(options.timeoutMs)
    try {
      const response = await send(new URL(url), headers, body, AbortSignal.any([signal, timeout]))
      return await outcomeOf(response)
    } catch (thrown) {
      signal.throwIfAborted()
      const seconds = options.timeoutMs / 1_000
      const error = timeout.aborted ? `no answer within ${seconds} seconds` : reasonOf(thrown)
      return { result: 'failed', statusCode: null, answer: null, error }
    }
  }

  function send(
    url: URL,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    // A literal address is never looked up.
    const isAllowed = options.allowLoopback && isLoopback(url.hostname)
    if (isClosedHost(url.hostname) && !isAllowed) throw new PrivateAddress()
    const { request } = url.protocol === 'https:' ? https : http
    return new Promise((answer, refuse) => {
      const sending = request(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        lookup: publicLookup({ ...options, signal }),
        agent: false,
        signal,
      })
      // Whichever comes first; what goes wrong once there is an answer changes nothing.
      sending.once('response', answer)
      sending.on('error', refuse)
      sending.once('close', () => refuse(new Error('closed')))
      sending.once('upgrade', (response: IncomingMessage, socket: Duplex) => {
        socket.destroy()
        response.destroy()
        answer(response)
      })
      // A request that is over by its own account does not hear the signal.
      signal.addEventListener('abort', () => refuse(toError(signal.reason)), { once: true })
      sending.end(body)
    })
  }
}

async function outcomeOf(response: IncomingMessage): Promise<Outcome> {
  const statusCode = response.statusCode ?? 0
  const answer = await beginningOf(response)
  const isOk = statusCode >= 200 && statusCode < 300
  if (isOk && isWebPage(answer, response.headers)) {
    const error = `answered ${statusCode} with a web page: no receiver is there`
    return { result: 'failed', statusCode, answer, error }
  }
  if (isOk) return { result: 'delivered', statusCode, answer, error: null }
  const isRedirect = statusCode >= 300 && statusCode < 400
  return {
    result: statusCode === 410 ? 'gone' : 'failed',
    statusCode,
    answer,
    error: `answered ${statusCode}${isRedirect ? ': redirects are not followed' : ''}`,
  }
}

/** The first bytes, as text that can be stored; what is not sent in time is left out, because the status is what counts. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= ANSWER_BYTES) break
    }
  } catch {
    // It was cut off, or too slow.
  }
  response.destroy()
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString('utf8')
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof PrivateAddress) return thrown.message
  const error = toError(thrown) as Error & { code?: string }
  return `no answer (${error.code ?? error.message})`
}
