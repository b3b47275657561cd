import { createQueryPool } from './pool.ts'
import { postgrestFailure, postgrestProblem, postgrestReply } from './replies.ts'
import { callStatement, createSignatureCache } from './signatures.ts'

/**
 * A `fetch` for supabase-js that serves `POST /rest/v1/rpc/<function>` from PostgreSQL as role
 * service_role, with PostgREST's statuses and error bodies; every other path is a 404. An aborted
 * call is given up at once; a statement already running is ended by statement_timeout.
 */
export function createPostgrestFetch(options: {
  url: string
  timeoutMs: number
  poolSize: number
  onError: (error: Error) => void
}): { fetch: typeof fetch; close: () => Promise<void> } {
  const { query, close } = createQueryPool(options)
  const signatures = createSignatureCache(query)

  async function serve(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    const name = /^\/rest\/v1\/rpc\/(\w+)$/.exec(pathname)?.[1]
    if (!name || init.method !== 'POST') {
      return postgrestProblem(
        404,
        'PGRST125',
        `Invalid path: only POST /rest/v1/rpc/<function> is served, not ${pathname}`,
      )
    }
    const body = typeof init.body === 'string' ? init.body : '{}'
    const given = argumentNames(body)
    if (!given) return postgrestProblem(400, 'PGRST102', 'The body must be a JSON object')
    try {
      const signature = await signatures.find(name, given)
      if (!signature) {
        return postgrestProblem(
          404,
          'PGRST202',
          `Could not find the function public.${name} with these arguments`,
        )
      }
      const [row] = await query<{ result: string | null }>(
        callStatement(signature),
        [body],
        init.signal,
      )
      return postgrestReply(row?.result ?? 'null')
    } catch (error) {
      return postgrestFailure(error)
    }
  }

  return {
    fetch: (input, init) => orAborted(serve(input, init), init?.signal),
    close,
  }
}

/** The keys of a JSON object; undefined for anything else. */
function argumentNames(body: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(body)
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    return isObject ? Object.keys(parsed) : undefined
  } catch {
    return undefined
  }
}

/** Rejects as soon as the signal aborts, as fetch does. The work behind it ends unobserved. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
