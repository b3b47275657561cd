import { type Failure, failureOf, missingFunction } from '../../src/database/postgres/failures.ts'
import { createQueryPool, type PoolOptions } from '../../src/database/postgres/pool.ts'
import { callStatement, createSignatureCache } from '../../src/database/postgres/signatures.ts'

/**
 * A `fetch` for supabase-js that serves `POST /rest/v1/rpc/<function>` from PostgreSQL as role
 * service_role, with PostgREST's statuses and error bodies; every other path is a 404. An aborted
 * call is given up at once; a statement already running is ended by statement_timeout.
 */
export function createPostgrestFetch(options: PoolOptions): {
  fetch: typeof fetch
  close: () => Promise<void>
} {
  const { query, close } = createQueryPool(options)
  const signatures = createSignatureCache(query)

  async function serve(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(input instanceof Request ? input.url : input)
    const name = /^\/rest\/v1\/rpc\/(\w+)$/.exec(pathname)?.[1]
    if (!name || init.method !== 'POST') {
      const message = `Invalid path: only POST /rest/v1/rpc/<function> is served, not ${pathname}`
      return problem({ status: 404, error: { code: 'PGRST125', message, ...NO_MORE } })
    }
    const body = typeof init.body === 'string' ? init.body : '{}'
    const given = argumentNames(body)
    if (!given) {
      const message = 'The body must be a JSON object'
      return problem({ status: 400, error: { code: 'PGRST102', message, ...NO_MORE } })
    }
    try {
      const signature = await signatures.find(name, given)
      if (!signature) return problem(missingFunction(name))
      const [row] = await query<{ result: string | null }>(
        callStatement(signature),
        [body],
        init.signal,
      )
      return new Response(row?.result ?? 'null', {
        headers: { 'content-type': 'application/json; charset=utf-8' },
      })
    } catch (error) {
      return problem(failureOf(error))
    }
  }

  return {
    fetch: (input, init) => orAborted(serve(input, init), init?.signal),
    close,
  }
}

const NO_MORE = { details: null, hint: null }

const problem = ({ status, error }: Failure) => Response.json(error, { status })

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
